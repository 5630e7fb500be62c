package voice

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
)

// Shown is what a recording shows of somebody: user, number and device by the person's own GET, else by what the person was told.
// Of several numbers or devices none is known to be the one.
func Shown(entries []*recording.Entry, actor string, station int) recording.Party {
	var out recording.Party
	var numbers, devices []string
	add := func(list *[]string, value string) {
		if value != "" && !slices.ContainsFunc(*list, func(v string) bool { return SameID(v, value) }) {
			*list = append(*list, value)
		}
	}
	for _, e := range entries {
		if e.Actor != actor || e.Station != station || e.Browser != "" {
			continue
		}
		switch {
		case e.Kind == recording.KindRest && e.Method == "GET" && e.Accepted() && strings.HasPrefix(e.Path+"?", "/me?"):
			user := UserIn(e)
			out.User = user.Name()
			list, _ := user.Devices()
			for _, d := range list {
				number, _ := d.Text("phoneNumber")
				add(&numbers, number)
				add(&devices, d.ID())
			}
		case e.Kind == recording.KindMessage && e.Call() != nil:
			number, _ := Addressee(e)
			add(&numbers, number)
			add(&devices, CallOf(e).DeviceID())
		}
	}
	if len(numbers) == 1 {
		out.Number = numbers[0]
	}
	if len(devices) == 1 {
		out.Device = devices[0]
	}
	return out
}
