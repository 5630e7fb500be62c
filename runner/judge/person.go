package judge

import (
	"slices"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Person is somebody of a station with all that he sent and was notified of in a whole run: what becomes of a device does
// not end with a scenario.
type Person struct {
	Actor   string
	Station recording.Station
	Header  *recording.Header
	Entries []*recording.Entry // his requests and his own session, in order
	posts   []*recording.Entry // operations of anybody on the station, in the order in which they were sent
	account *account           // see accounted
}

// People are all who have entries in cases, in the order of their first one. What lies beside, in other parts of the recording, is
// taken into account. Processes that play side by side have a header each: the same role on the same station is somebody else there.
func People(cases []*Case, beside []*recording.Entry) []*Person {
	type place struct {
		header  *recording.Header
		station int
	}
	type key struct {
		place

		actor string
	}
	at, posts := map[key]*Person{}, map[place][]*recording.Entry{}
	var out []*Person
	add := func(c *Case, e *recording.Entry) {
		if e.Browser != "" || e.Actor == "" {
			return
		}
		k := key{place{c.Header, max(e.Station, 1)}, e.Actor}
		p := at[k]
		if p == nil {
			p = &Person{Actor: e.Actor, Station: c.Station, Header: c.Header}
			if k.station <= len(c.Header.Stations) {
				p.Station = c.Header.Stations[k.station-1]
			}
			at[k], out = p, append(out, p)
		}
		p.Entries = append(p.Entries, e)
		if e.Kind == recording.KindRest && e.Operation() != "" {
			posts[k.place] = append(posts[k.place], e)
		}
	}
	for _, c := range cases {
		for _, e := range c.Entries {
			add(c, e)
		}
	}
	for _, e := range beside { // of a recording that is judged in parts, which has one header
		if len(cases) == 0 {
			break
		}
		here := place{cases[0].Header, max(e.Station, 1)}
		if at[key{here, e.Actor}] != nil {
			add(cases[0], e)
		} else if e.Kind == recording.KindRest && e.Operation() != "" {
			posts[here] = append(posts[here], e)
		}
	}
	for k, p := range at {
		p.posts = posts[k.place]
		slices.SortStableFunc(p.Entries, func(a, b *recording.Entry) int { return a.Seq - b.Seq })
	}
	return out
}

// own is what the target file says of the person.
func (p *Person) own() recording.Party { return p.Station.Party(p.Actor) }

// devices are the person's notifications of devices.
func (p *Person) devices() []*recording.Entry {
	var out []*recording.Entry
	for _, e := range p.Entries {
		if voice.IsDevices(e) && !e.IsError() {
			out = append(out, e)
		}
	}
	return out
}

// Devices is how many notifications of devices the person got.
func (p *Person) Devices() int { return len(p.devices()) }

// reads are the person's GETs that were answered.
func (p *Person) reads() []*recording.Entry {
	var out []*recording.Entry
	for _, e := range p.Entries {
		if e.Kind == recording.KindRest && e.Method == "GET" && e.Accepted() && e.Credentials == "" {
			out = append(out, e)
		}
	}
	return out
}
