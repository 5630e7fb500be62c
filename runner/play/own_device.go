package play

import (
	"context"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// findDevice learns the device id by GET, in the documented forms: a server need not know all of them.
func (a *Actor) findDevice(ctx context.Context, me *recording.Entry) error {
	user, _ := me.AnswerObject()["user"].(map[string]any)
	if a.pickDevice(user["devices"]) {
		return nil
	}
	all := a.get(ctx, "connect.devices", "/me/devices?fields=*")
	if a.pickDevice(all.AnswerObject()["devices"]) {
		return nil
	}
	names := a.get(ctx, "connect.devices", "/me/devices")
	uris, _ := names.AnswerObject()["uris"].([]any)
	for _, u := range uris {
		text, _ := u.(string)
		id := text[strings.LastIndex(text, "/")+1:]
		one := a.get(ctx, "connect.devices", "/me/devices/"+id)
		device, _ := one.AnswerObject()["device"].(map[string]any)
		_, numbered := device["phoneNumber"].(string)
		if a.pickDevice([]any{one.AnswerObject()["device"]}) || len(uris) == 1 && id != "" && !numbered {
			if a.Device == "" {
				a.Device = id
			}
			return nil
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

// numbersIn lists the numbers of the devices in an answer.
func numbersIn(e *recording.Entry) string {
	devices, _ := e.AnswerObject()["devices"].([]any)
	if user, ok := e.AnswerObject()["user"].(map[string]any); ok && devices == nil {
		devices, _ = user["devices"].([]any)
	}
	var numbers []string
	for _, d := range devices {
		m, _ := d.(map[string]any)
		if n, _ := m["phoneNumber"].(string); n != "" {
			numbers = append(numbers, n)
		}
	}
	return strings.Join(numbers, ", ")
}

// sameDigits tells whether one number is a form of the other: +1 650-466-1100 and 4661100.
func sameDigits(a, b string) bool {
	only := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	da, db := only(a), only(b)
	return a == b || da != "" && db != "" && (strings.HasSuffix(da, db) || strings.HasSuffix(db, da))
}

func (a *Actor) pickDevice(list any) bool {
	devices, _ := list.([]any)
	if len(devices) == 1 && a.Party.Device == "" {
		only, _ := devices[0].(map[string]any)
		if n, _ := only["phoneNumber"].(string); n != "" && !sameDigits(n, a.Party.Number) {
			return false // most likely a mistake in the target file
		}
		a.Device, _ = only["id"].(string)
		return a.Device != ""
	}
	for _, d := range devices {
		m, _ := d.(map[string]any)
		id, _ := m["id"].(string)
		if id == "" || a.Party.Device != "" && !strings.EqualFold(a.Party.Device, id) {
			continue
		}
		if number, _ := m["phoneNumber"].(string); number == a.Party.Number || a.Party.Device != "" {
			a.Device = id
			return true
		}
	}
	return false
}
