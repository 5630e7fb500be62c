package play

import (
	"context"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// findDevice learns the device id by GET, in the documented forms: a server need not know all of them.
func (a *Actor) findDevice(ctx context.Context, me *recording.Entry) error {
	step := recording.Connect.Label("devices")
	if list, _ := voice.UserIn(me).Devices(); a.pickDevice(list) {
		return a.shownBy(me)
	}
	all := a.get(ctx, step, "/me/devices?fields=*")
	if list, _ := voice.DevicesIn(all); a.pickDevice(list) {
		return a.shownBy(all)
	}
	uris, _ := voice.URIsIn(a.get(ctx, step, "/me/devices"))
	for _, uri := range uris {
		id := uri[strings.LastIndex(uri, "/")+1:]
		one := a.get(ctx, step, "/me/devices/"+id)
		device := voice.DeviceIn(one)
		_, numbered := device.Text("phoneNumber")
		if a.pickDevice([]voice.Device{device}) || len(uris) == 1 && id != "" && !numbered {
			if a.Device == "" {
				a.Device = id
			}
			return a.shownBy(one)
		}
	}
	found := ""
	for _, e := range a.station.tape.From(0) {
		if numbers := numbersIn(e); e.Actor == a.Role && numbers != "" {
			found = ", only " + numbers
		}
	}
	return &Problem{
		Cause:  fmt.Sprintf("no device with number %s was found for %s%s (GET /api/v2/me/devices: %s)", a.Party.Number, a.Party.User, found, Outcome(all)),
		Remedy: "check number: in the target file, and that the agent has that device",
	}
}

// shownBy keeps how the device was at the beginning, and by which read.
func (a *Actor) shownBy(e *recording.Entry) error {
	for _, d := range voice.ShownIn(e) {
		if voice.SameID(d.ID(), a.Device) {
			a.deviceAtFirst, a.deviceFrom = d, e.Path
		}
	}
	return nil
}

// numbersIn lists the numbers of the devices in an answer.
func numbersIn(e *recording.Entry) string {
	devices, listed := voice.DevicesIn(e)
	if !listed {
		devices, _ = voice.UserIn(e).Devices()
	}
	var numbers []string
	for _, d := range devices {
		if n := d.Number(); n != "" {
			numbers = append(numbers, n)
		}
	}
	return strings.Join(numbers, ", ")
}

// pickDevice takes the actor's device out of a list: the one that the target file names, else the one with the
// actor's number, else the only one.
func (a *Actor) pickDevice(devices []voice.Device) bool {
	if len(devices) == 1 && a.Party.Device == "" {
		if n := devices[0].Number(); n != "" && !voice.MayBeSameNumber(n, a.Party.Number) {
			return false // most likely a mistake in the target file
		}
		a.Device = devices[0].ID()
		return a.Device != ""
	}
	for _, d := range devices {
		if d.ID() == "" || a.Party.Device != "" && !voice.SameID(a.Party.Device, d.ID()) {
			continue
		}
		if d.Number() == a.Party.Number || a.Party.Device != "" {
			a.Device = d.ID()
			return true
		}
	}
	return false
}
