package outcome

import (
	"reflect"
	"slices"

	"github.com/voicespec/voicespec/runner/judge"
	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// lasting judges what must stay as it was brought about: what a device was set to, who is in a call. User data are DATA-9's.
func (t *timeline) lasting() {
	for _, role := range t.roles {
		p := t.people[role]
		for _, n := range p.ends {
			t.parentStays(n)
			t.seesWhoSees(n)
		}
		t.monitoringStays(p)
		t.settingStays(p, "DEVICE-3", "doNotDisturb", map[string]any{"DoNotDisturbOn": voice.On, "DoNotDisturbOff": "Off"})
		t.settingStays(p, "DEVICE-4", "forwardTo", map[string]any{"ForwardCallsOn": nil, "ForwardCallsOff": nil})
	}
	t.plainCalls()
}

// parentStays judges that a consult call names one original as long as it is one, and that what began as another call names none.
func (t *timeline) parentStays(n *end) {
	first := ""
	plain := voice.CallOf(n.told[0])
	for _, e := range n.told {
		if call := voice.CallOf(e); call.ParentID() != "" && plain.ParentID() == "" && !plain.Consult() && call.CallType() != voice.Consult &&
			t.ours(n) && !t.mergedBy(e) && n.beginning(t) != nil {
			t.find("ID-6", judge.Finding{
				Entry: e, Path: "data.call.parentCallUri", Expected: "no such member: the call is no consult call", Observed: judge.Short(call["parentCallUri"]),
			})
			return
		}
		id := voice.CallOf(e).ParentID()
		switch {
		case id == "":
		case first == "":
			first = id
		case id != first && n.who.named[id] != n.who.named[first]:
			t.find("ID-6", judge.Finding{Entry: e, Path: "data.call.parentCallUri", Expected: "the original " + first + ", as before", Observed: judge.Short(id)})
			return
		}
	}
	if first != "" {
		t.judged["ID-6"]++
	}
}

// mergedBy reports whether calls of the scenario had been put together when a notification came.
func (t *timeline) mergedBy(e *recording.Entry) bool {
	list := t.merges[e.Scenario]
	return len(list) > 0 && list[0].At <= e.At
}

// settingStays judges that a device shows what it was set to, and told so, until it is set anew. Several settings may be under way at
// once: each is told in its turn.
func (t *timeline) settingStays(p *person, requirement, member string, by map[string]any) {
	var sets []*operation
	for _, o := range t.ops {
		if _, does := by[o.name]; o.who == p && (does || voice.Find(o.name).Group == voice.GroupSession) { // what a session leaves behind no page says
			sets = append(sets, o)
		}
	}
	next, told, known := 0, 0, false // of the sets: posted, and notified
	var is any
	for _, e := range p.devices {
		d := voice.DeviceOf(e, p.device)
		if d == nil {
			continue
		}
		for ; next < len(sets) && sets[next].At <= e.At; next++ {
			known = false
		}
		if i := slices.IndexFunc(sets[told:next], func(o *operation) bool { return t.shows(o, d, by) }); i >= 0 {
			told += i + 1
			is, known = d[member], told == next
			continue
		}
		switch {
		case !known:
		case !reflect.DeepEqual(d[member], is) && d[member] != nil && is != nil || (d[member] == nil) != (is == nil):
			t.find(requirement, judge.Finding{
				Entry: e, Path: "data.devices.0." + member, Expected: judge.Short(is) + ", as it was told before: nobody changed it", Observed: judge.Short(d[member]),
			})
			return
		}
	}
}

// shows reports whether a device shows what an operation set.
func (t *timeline) shows(o *operation, d voice.Device, by map[string]any) bool {
	if _, does := by[o.name]; !does {
		return false
	}
	if want := by[o.name]; want != nil {
		return d[voice.Find(o.name).Told.Member] == want
	}
	number, _ := o.Body()["destination"].(string)
	shown, _ := d.Text("forwardTo")
	return voice.SameNumber(shown, number) && (d["forwardTo"] == nil) == (o.name == "ForwardCallsOff")
}

// plainCalls judges the ends of each call that was dialled, as long as nobody merges it with another: the other party is the
// other party, and dnis the number that was dialled.
func (t *timeline) plainCalls() {
	merged := map[string]float64{} // scenario: when the first calls were merged
	for scenario, list := range t.merges {
		merged[scenario] = list[0].At
	}
	until := func(o *operation) float64 {
		if at, known := merged[o.Scenario]; known {
			return at
		}
		return o.At + 24*60*aftermath
	}
	for _, o := range t.ops {
		number := voice.DialledBy(o.Entry)
		if !dials(o.name) || number == "" || t.forwarding(o.At) {
			continue
		}
		for _, role := range t.roles {
			p := t.people[role]
			for _, n := range p.in[o.Scenario] {
				if n.told[0].At < o.At {
					continue
				}
				first := voice.CallOf(n.told[0])
				switch {
				case !t.acts(o, p, number):
					continue // who is not recorded may have transferred the call
				case p == o.who && first.State() == voice.Dialing && first.Names(number):
					t.stays(n, number, number, until(o))
				case p != o.who && p.number == number && first.State() == voice.Ringing && first.Names(o.who.number):
					t.stays(n, o.who.number, number, until(o))
				default:
					continue
				}
				break
			}
		}
	}
}

// forwarding reports whether anybody has the calls to his device forwarded at a time, or may have: then who is called by a number, and
// shown as the other party, is another.
func (t *timeline) forwarding(at float64) bool {
	for _, p := range t.people {
		told := since(p.devices, at)
		for _, e := range append([]*recording.Entry{lastBefore(p.devices, at)}, told[:min(1, len(told))]...) {
			if e != nil && voice.DeviceOf(e, p.device)["forwardTo"] != nil {
				return true
			}
		}
	}
	return false
}

// acts reports whether the other party of a call that an operation dialled was recorded with what it asked for, as far as nobody
// played it.
func (t *timeline) acts(o *operation, p *person, number string) bool {
	return o.Purpose != "" || p != o.who || t.acting[number]
}

// stays judges one end of a plain call until a time.
func (t *timeline) stays(n *end, party, dnis string, until float64) {
	t.judged["ID-8"]++
	t.judged["ID-9"]++
	for _, e := range n.told {
		if e.At >= until {
			return
		}
		call := voice.CallOf(e)
		listed := map[string]bool{}
		for _, number := range call.Numbers() {
			if number == party && listed[number] {
				t.find("ID-8", judge.Finding{Entry: e, Path: "data.call.participants", Expected: party + " once, the other party", Observed: "the same number again"})
				break
			}
			listed[number] = true
			if number != "" && party != "" && !voice.MayBeSameNumber(number, party) {
				t.find("ID-8", judge.Finding{Entry: e, Path: "data.call.participants", Expected: party + ", the other party", Observed: judge.Short(number)})
			}
		}
		if shown, isText := call.Text("dnis"); isText && shown != "" && !voice.MayBeSameNumber(shown, dnis) {
			t.find("ID-9", judge.Finding{Entry: e, Path: "data.call.dnis", Expected: dnis + ", the number that was dialled", Observed: judge.Short(shown)})
		}
	}
}
