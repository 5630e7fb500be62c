package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// ListsDeviceURI reports whether the answer to a GET lists the URI of a device.
func ListsDeviceURI(e *recording.Entry, id string) bool {
	uris, _ := voice.URIsIn(e)
	return slices.ContainsFunc(uris, func(uri string) bool { return voice.SameID(voice.LastSegment(uri), id) })
}

// ListsDevice reports whether the answer to a GET lists a device.
func ListsDevice(e *recording.Entry, id string) bool {
	devices, _ := voice.DevicesIn(e)
	return voice.Includes(devices, id)
}

// HoldsDevice reports whether the answer to a GET is a device.
func HoldsDevice(e *recording.Entry, id string) bool {
	return voice.SameID(voice.DeviceIn(e).ID(), id)
}

// DeviceResources validates the devices of an answer against their schema, and says how many there are.
func DeviceResources(e *recording.Entry) (out []Finding, n int) {
	list := voice.ValuesIn(e)
	for _, d := range list {
		out = append(out, Conforms("DEVICE-2", "device-resource", e, d)...)
	}
	return out, len(list)
}
