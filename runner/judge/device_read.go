package judge

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// ListsDeviceURI reports whether the answer to a GET lists the URI of a device.
func ListsDeviceURI(e *recording.Entry, id string) bool {
	list, _ := e.AnswerObject()["uris"].([]any)
	return slices.ContainsFunc(list, func(u any) bool {
		uri := str(u)
		return voice.SameID(uri[strings.LastIndex(uri, "/")+1:], id)
	})
}

// ListsDevice reports whether the answer to a GET lists a device.
func ListsDevice(e *recording.Entry, id string) bool {
	return listsDevice(e.AnswerObject()["devices"], id)
}

func listsDevice(devices any, id string) bool {
	list, _ := devices.([]any)
	return slices.ContainsFunc(list, func(d any) bool { return isDevice(d, id) })
}

// HoldsDevice reports whether the answer to a GET is a device.
func HoldsDevice(e *recording.Entry, id string) bool { return isDevice(e.AnswerObject()["device"], id) }

func isDevice(device any, id string) bool {
	d, _ := device.(map[string]any)
	return voice.SameID(str(d["id"]), id)
}

// DeviceResources validates the devices of an answer against their schema, and says how many there are.
func DeviceResources(e *recording.Entry) (out []Finding, n int) {
	list, _ := e.AnswerObject()["devices"].([]any)
	if d, ok := e.AnswerObject()["device"].(map[string]any); ok {
		list = append(list, d)
	}
	for _, d := range list {
		out = append(out, Conforms("DEVICE-2", "device-resource", e, d)...)
	}
	return out, len(list)
}
