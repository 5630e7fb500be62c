package judge

import (
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// deviceMembers are what a device that is read and one that is notified must agree in.
var deviceMembers = []struct {
	member string
	form   func(voice.Device) string
}{
	{"deviceState", deviceText("deviceState")},
	{"userState", func(d voice.Device) string { return d.UserState().String() }},
	{"doNotDisturb", deviceText("doNotDisturb")},
	{"forwardTo", deviceText("forwardTo")},
	{"phoneNumber", deviceText("phoneNumber")},
	{"e164Number", deviceText("e164Number")},
	{"telephonyNetwork", deviceText("telephonyNetwork")},
	{"supervisorMonitoringState", monitoringText},
	{"capabilities", func(d voice.Device) string {
		list := slices.Sorted(slices.Values(d.Capabilities()))
		return strings.Join(slices.Compact(list), ", ")
	}},
}

// deviceText is a member as a text: one that is missing is like an empty one, and one of another type is for the schema.
func deviceText(member string) func(voice.Device) string {
	return func(d voice.Device) string {
		text, _ := d.Text(member)
		return text
	}
}

func monitoringText(d voice.Device) string {
	m := d.Monitoring()
	if m == nil {
		return ""
	}
	mode, _ := m["mode"].(string)
	scope, _ := m["scope"].(string)
	return strings.Join([]string{m.State(), mode, scope, strings.ToLower(m.TargetID())}, " ")
}

// DeviceReads compares the person's device, as he reads it, with what was notified of it. compared is how many reads there
// were to compare.
func (p *Person) DeviceReads() (out []Finding, compared int) {
	own := p.own().Device
	if own == "" {
		return nil, 0
	}
	for _, read := range p.reads() {
		if told := p.toldOfDevice(read); lacksDevice(read, own) && len(told) > 0 && !slices.ContainsFunc(told, notInService) {
			compared++
			out = append(out, Finding{Entry: read, Path: "devices", Expected: "the device " + own + ", which is Active, as notified", Observed: "it is not among them"})
		}
		for _, d := range voice.ShownIn(read) {
			if d == nil || !voice.SameID(d.ID(), own) {
				continue
			}
			told := p.toldOfDevice(read)
			if len(told) == 0 {
				continue
			}
			compared++
			out = append(out, nearestDevice(read, d, told)...)
		}
	}
	return out, compared
}

// lacksDevice reports whether an answer lists the person's devices, and the own one not. Who has none may be shown none at all.
func lacksDevice(read *recording.Entry, own string) bool {
	path, _, _ := strings.Cut(read.Path, "?")
	list, listed := voice.UserIn(read).Devices()
	if strings.TrimSuffix(path, "/") == "/me/devices" {
		list, listed = voice.DevicesIn(read)
	}
	return listed && !voice.Includes(list, own)
}

func notInService(d voice.Device) bool { return d.DeviceState() != "Active" }

// nearestDevice are the differences between a device that was read and the notification that comes nearest to it.
func nearestDevice(read *recording.Entry, d voice.Device, told []voice.Device) []Finding {
	var nearest []Finding
	for i, t := range told {
		var found []Finding
		for _, m := range deviceMembers {
			if was, is := m.form(t), m.form(d); was != is {
				found = append(found, Finding{Entry: read, Path: "device." + m.member, Expected: orNone(was) + ", as notified", Observed: orNone(is)})
			}
		}
		if i == 0 || len(found) < len(nearest) {
			nearest = found
		}
	}
	return nearest
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// refusedOutright reports whether an operation was refused for itself: after an error nothing was changed, as ReturnValues says. What
// failed within the server, or is incomplete, may have been half done.
func refusedOutright(e *recording.Entry) bool {
	const internal, partial, incomplete = 4, 7, 9
	code, told := e.StatusCode()
	return told && code != 0 && code != internal && code != partial && code != incomplete && e.Status < 500
}

// stillUnderWay is how long, in seconds, a notification may at least be on its way while other requests are answered.
const stillUnderWay = 0.25

// toldOfDevice are the states of the person's device that a read may show: as it was notified last, and as it was until the
// next operation that may change it, since what an answer shows may be notified later. There is nothing to compare where the
// last notification may not be the last change: something was asked for since, or the session was broken.
func (p *Person) toldOfDevice(read *recording.Entry) []voice.Device {
	var told []voice.Device
	known := false
	end := math.Inf(1)
	a := p.accounted()
	for _, e := range a.changes {
		if e.At > read.At {
			end = min(end, e.At)
		}
	}
	last := 0.0
	for _, s := range a.said {
		switch at := s.entry.At; {
		case s.device == nil:
			if at <= read.At {
				told, known = nil, false
			}
		case at <= read.At:
			told, known, last = append(told[:0], s.device), true, at
		case at < end, at < end+a.underWay && a.unasked(s, read):
			told = append(told, s.device)
		}
	}
	latest := map[string]bool{} // what was set, by the latest operation that did
	for _, e := range slices.Backward(a.changes) {
		if e.At > read.At || refusedOutright(e) {
			continue
		}
		if o := voice.Find(e.Operation()); !latest[o.Told.Member] && e.Accepted() {
			latest[o.Told.Member] = true
			if !a.toldAfter(e, read) || a.hasty(e) && !a.lastTold(read).After(e.Operation()) {
				return nil
			}
		}
		// A session that begins is told by several notifications: logged in, and what becomes of the agent then.
		if e.At > last || e.Scenario == read.Scenario && voice.Find(e.Operation()).Group == voice.GroupSession {
			return nil
		}
	}
	if !known {
		return nil
	}
	return told
}

// account is what bears on what a person may read of the own device.
type account struct {
	said    []deviceNews       // in the order of the recording
	changes []*recording.Entry // operations of the person that may change the device

	underWay float64 // how long, in seconds, what is told of the device may be on its way, as it was seen to be
}

// deviceNews is a notification of the device, or with no device a gap.
type deviceNews struct {
	entry  *recording.Entry
	device voice.Device
}

// unasked reports whether a device was told as nothing that was asked for since a read makes it: the switch has changed it, and may
// have done so before, such as the agent's state behind a call. What it tells of that may come behind the next operation.
func (a *account) unasked(s deviceNews, read *recording.Entry) bool {
	return !slices.ContainsFunc(a.changes, func(e *recording.Entry) bool {
		return e.At > read.At && e.At < s.entry.At &&
			(s.device.After(e.Operation()) || voice.Find(e.Operation()).Group != voice.GroupAgentState && !a.anotherState(s, read))
	})
}

// anotherState reports whether a device was told of as before a read, but for the state of its agent.
func (a *account) anotherState(s deviceNews, read *recording.Entry) bool {
	last := a.lastTold(read)
	for _, m := range deviceMembers {
		if m.member != "userState" && (last == nil || m.form(last) != m.form(s.device)) {
			return false
		}
	}
	return true
}

// toldAfter reports whether the device was told between an operation and a read as the operation left it: what was told meanwhile may
// tell of what was asked for before.
func (a *account) toldAfter(o, read *recording.Entry) bool {
	return slices.ContainsFunc(a.said, func(s deviceNews) bool {
		return s.device != nil && s.entry.At > o.At && s.entry.At <= read.At && s.device.After(o.Operation())
	})
}

// hurry is how soon after one another operations are, in seconds, of which the notifications may still be on their way.
const hurry = 10.0

// hasty reports whether the same was set shortly before an operation: what is told after it may tell of that.
func (a *account) hasty(o *recording.Entry) bool {
	member := voice.Find(o.Operation()).Told.Member
	return slices.ContainsFunc(a.changes, func(e *recording.Entry) bool {
		return e != o && e.At <= o.At && e.At > o.At-hurry && voice.Find(e.Operation()).Told.Member == member
	})
}

// lastTold is the device as it was told last before a read; nil if it was not.
func (a *account) lastTold(read *recording.Entry) (last voice.Device) {
	for _, s := range a.said {
		if s.device != nil && s.entry.At <= read.At {
			last = s.device
		}
	}
	return last
}

// accounted gathers the account, once.
func (p *Person) accounted() *account {
	if p.account != nil {
		return p.account
	}
	p.account = &account{}
	own := p.own().Device
	for _, e := range p.Entries {
		switch d := voice.DeviceOf(e, own); {
		case e.Kind == recording.KindGap:
			p.account.said = append(p.account.said, deviceNews{entry: e})
		case d != nil && voice.IsDevices(e) && !e.IsError():
			p.account.said = append(p.account.said, deviceNews{e, d})
		}
	}
	for _, e := range p.posts {
		if e.Actor == p.Actor && changesDevice(e) {
			p.account.changes = append(p.account.changes, e)
		}
	}
	p.account.underWay = p.account.longestUnderWay()
	return p.account
}

// longestUnderWay is how long, in seconds, the device was told after an operation at most: a server that is slow to tell of what
// was asked for is so with what the switch does, too.
func (a *account) longestUnderWay() float64 {
	longest := stillUnderWay
	for i, e := range a.changes {
		end := e.At + hurry
		if i+1 < len(a.changes) {
			end = min(end, a.changes[i+1].At)
		}
		first := slices.IndexFunc(a.said, func(s deviceNews) bool {
			return s.device != nil && s.entry.At > e.At && s.entry.At < end && s.device.After(e.Operation())
		})
		if first >= 0 && e.Accepted() {
			longest = max(longest, a.said[first].entry.At-e.At)
		}
	}
	return longest
}

// changesDevice reports whether an operation is none of a call: all others may change the device.
func changesDevice(e *recording.Entry) bool { return !strings.Contains(e.Path, "/calls") }
