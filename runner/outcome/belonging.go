package outcome

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// place is where calls belong together: a scenario on a station.
type place struct {
	station  int
	scenario string
}

// belonging judges over all stations that what is of one call is shown in no other.
func (v *Verdict) belonging(stations map[int]*timeline) {
	sent := v.sentPairs(stations)
	sent.before(stations)
	for _, number := range sortedKeys(stations) {
		t := stations[number]
		for _, role := range t.roles {
			for _, n := range t.people[role].ends {
				for _, e := range n.told {
					if !t.ours(n) {
						break
					}
					v.data(sent, place{number, e.Scenario}, e)
				}
			}
		}
	}
	v.names(stations)
}

func sortedKeys(stations map[int]*timeline) []int {
	var out []int
	for number := range stations {
		out = append(out, number)
	}
	slices.Sort(out)
	return out
}

// pairs are the user data that were sent: by key the values, and by pair the places.
type pairs struct {
	first  map[place]map[string]float64 // when a key was sent first
	values map[place]map[string][]any
	twice  map[place]map[string]bool // keys that were attached more than once: what is shown then is open
	places map[string][]place
}

// shortest is how long a pair must be to be told from one that somebody else might attach.
const shortest = 10

func pairText(key string, value any) string { return key + " = " + recording.JSON(value) }

// sentPairs are the user data of all operations of a run, taken or refused.
func (v *Verdict) sentPairs(stations map[int]*timeline) pairs {
	out := pairs{map[place]map[string]float64{}, map[place]map[string][]any{}, map[place]map[string]bool{}, map[string][]place{}}
	for number, t := range stations {
		for _, o := range slices.Concat(t.ops, t.denied) {
			at := place{number, o.Scenario}
			if v.beside[o.Entry] {
				continue // what it was sent to is no place of this part
			}
			for key, value := range voice.PairsIn(o.Entry) {
				if out.values[at] == nil {
					out.values[at], out.twice[at], out.first[at] = map[string][]any{}, map[string]bool{}, map[string]float64{}
				}
				if was, known := out.first[at][key]; !known || o.At < was {
					out.first[at][key] = o.At
				}
				if o.name == "AttachUserData" && len(out.values[at][key]) > 0 {
					out.twice[at][key] = true
				}
				out.values[at][key] = append(out.values[at][key], value)
				text := pairText(key, value)
				if !slices.Contains(out.places[text], at) {
					out.places[text] = append(out.places[text], at)
				}
			}
		}
	}
	return out
}

// before adds what calls showed of a key before it was sent: an end may be told so still.
func (p pairs) before(stations map[int]*timeline) {
	for number, t := range stations {
		for _, person := range t.people {
			for _, e := range person.calls {
				at := place{number, e.Scenario}
				for key, value := range voice.UserDataOf(e) {
					if first, sent := p.first[at][key]; sent && e.At <= first {
						p.values[at][key] = append(p.values[at][key], value)
					}
				}
			}
		}
	}
}

// data judges the user data of one notification: a pair that was sent is shown with a value that was sent, and not in a call
// that has nothing to do with the one it was sent to.
func (v *Verdict) data(sent pairs, at place, e *recording.Entry) {
	if at.scenario == "" {
		return // which calls of another client belong together is not known
	}
	for key, value := range voice.UserDataOf(e) {
		values := sent.values[at][key]
		text := pairText(key, value)
		switch {
		case len(values) > 0:
			if sent.twice[at][key] {
				continue
			}
			requirement := "DATA-10"
			if !plain(key, values) {
				requirement = "DATA-20"
			}
			v.judged[requirement]++
			if !slices.ContainsFunc(values, func(w any) bool { return sameValue(w, value) }) {
				v.find(requirement, judge.Finding{
					Entry: e, Path: "data.call.userData." + key,
					Expected: "a value that was sent: " + judge.Short(values[len(values)-1]), Observed: judge.Short(value),
				})
			}
		case len(sent.places) > 0:
			v.judged["DATA-11"]++
			if places := sent.places[text]; len(places) > 0 && len(text) >= shortest && key != "GSIP_RECORD" {
				v.find("DATA-11", judge.Finding{
					Entry: e, Path: "data.call.userData." + key, Expected: "user data of this call only",
					Observed: fmt.Sprintf("%s, which was attached to a call in %s", judge.Short(value), places[0]),
				})
			}
		}
	}
}

// sameValue reports whether a value is the one that was sent; a number may be shown as its text.
func sameValue(sent, shown any) bool {
	if _, isText := shown.(string); isText {
		if _, isNumber := sent.(json.Number); isNumber {
			return fmt.Sprint(sent) == shown
		}
	}
	return recording.JSON(sent) == recording.JSON(shown)
}

func (p place) String() string {
	if p.scenario == "" {
		return fmt.Sprintf("station %d", max(p.station, 1))
	}
	return fmt.Sprintf("%s, station %d", p.scenario, max(p.station, 1))
}

// plain reports whether every switch keeps the values of a key as they are: texts and objects of such, and few.
func plain(key string, values []any) bool {
	for _, value := range values {
		_, nested := value.(map[string]any)
		if !texts(value) || nested && len(values) > 1 || !anySwitchTakes(map[string]any{key: value}) {
			return false
		}
	}
	return true
}

func texts(value any) bool {
	switch value := value.(type) {
	case string:
		return true
	case map[string]any:
		for _, inner := range value {
			if !texts(inner) {
				return false
			}
		}
		return len(value) > 0
	}
	return false
}

// names judges that two calls have different names: what began at different places are different calls.
func (v *Verdict) names(stations map[int]*timeline) {
	type named struct{ requirement, member, value string }
	first := map[named]place{}
	for _, number := range sortedKeys(stations) {
		t := stations[number]
		for _, role := range t.roles {
			for _, n := range t.people[role].ends {
				if e := n.beginning(t); e != nil {
					call, at := voice.CallOf(e), place{number, e.Scenario}
					for _, x := range []named{{"ID-13", "id", call.ID()}, {"ID-13", "callUuid", call.UUID()}, {"ID-4", "connId", call.ConnID()}} {
						was, known := first[x]
						switch {
						case strings.Trim(x.value, "0") == "":
						case !known:
							v.judged[x.requirement]++
							first[x] = at
						case was != at:
							v.find(x.requirement, judge.Finding{
								Entry: e, Path: "data.call." + x.member, Expected: "one of its own for each call",
								Observed: x.value + ", as of a call in " + was.String(),
							})
						}
					}
				}
			}
		}
	}
}

// connections judges that the two ends of a call between people of a station go by one connId when it begins.
func (t *timeline) connections() {
	begun := map[string]*recording.Entry{} // id of a call: its Dialing
	for _, state := range []string{voice.Dialing, voice.Ringing} {
		for _, role := range t.roles {
			p := t.people[role]
			for _, n := range p.ends {
				e := n.beginning(t)
				if e == nil || e.State() != state || n.id == "" {
					continue
				}
				far := begun[n.id]
				switch {
				case state == voice.Dialing:
					begun[n.id] = e
				case far == nil || !voice.CallOf(far).Names(p.number) || !voice.CallOf(e).Names(t.people[far.Actor].number):
				case voice.CallOf(far).ConnID() == "" || voice.CallOf(e).ConnID() == "":
				default:
					t.judged["ID-10"]++
					if is, was := voice.CallOf(e).ConnID(), voice.CallOf(far).ConnID(); is != was {
						t.find("ID-10", judge.Finding{Entry: e, Path: "data.call.connId", Expected: was + ", as at the " + far.Actor + "'s end", Observed: is})
					}
				}
			}
		}
	}
}

// beginning is the notification by which a call between people of the station begins at an end; nil if it began before.
func (n *end) beginning(t *timeline) *recording.Entry {
	e := n.told[0]
	if e.Type() == voice.StatusChange && (e.State() == voice.Ringing || e.State() == voice.Dialing) && t.ours(n) {
		return e
	}
	return nil
}

// ours reports whether an end is known to be of a call between people of the station: those of others come and go as they like,
// and nobody knows what an agent's other telephones do.
func (t *timeline) ours(n *end) bool {
	if known, done := t.known[n]; done {
		return known
	}
	var numbers []string
	for _, p := range t.people {
		if p.number != "" {
			numbers = append(numbers, p.number)
		}
	}
	ours := voice.CallOf(n.told[0]).Between(numbers...)
	t.known[n] = ours
	return ours
}
