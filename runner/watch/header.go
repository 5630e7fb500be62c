package watch

import (
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// cast keeps the header of what is watched: who has which number and device, as far as what is seen shows one only.
type cast struct {
	header *recording.Header
	shown  map[someone]*shown
}

type someone struct {
	station int
	role    string
}

type shown struct{ numbers, devices []string }

// learn reads off an entry who somebody is.
func (c *cast) learn(e *recording.Entry) {
	if e.Actor == "" || e.Kind != recording.KindRest && e.Kind != recording.KindMessage {
		return
	}
	p := c.party(e)
	k := someone{e.Station, e.Actor}
	s := c.shown[k]
	if s == nil {
		s = &shown{}
		c.shown[k] = s
	}
	switch {
	case e.Kind == recording.KindRest && e.Method == "GET" && e.Accepted() && strings.HasPrefix(e.Path+"?", "/me?"):
		user := voice.UserIn(e)
		p.User = user.Name()
		list, _ := user.Devices()
		for _, d := range list {
			number, _ := d.Text("phoneNumber")
			s.numbers, s.devices = with(s.numbers, number), with(s.devices, d.ID())
		}
	case e.Call() != nil:
		number, _ := voice.Addressee(e)
		s.numbers, s.devices = with(s.numbers, number), with(s.devices, voice.CallOf(e).DeviceID())
	default:
	}
	p.Number, p.Device = only(s.numbers), only(s.devices)
	p.Controlled = p.Controlled || e.Kind == recording.KindRest
}

func (c *cast) party(e *recording.Entry) *recording.Party {
	for len(c.header.Stations) < max(e.Station, 1) {
		c.header.Stations = append(slices.Clip(c.header.Stations), recording.Station{})
	}
	s := &c.header.Stations[max(e.Station, 1)-1]
	return recording.Playing(e.Actor, &s.Agent, &s.Caller, &s.Destination)
}

func with(list []string, value string) []string {
	if value == "" || len(list) > 1 || slices.ContainsFunc(list, func(v string) bool { return voice.SameID(v, value) }) {
		return list
	}
	return append(list, value)
}

func only(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return ""
}
