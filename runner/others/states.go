package others

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// aspects of a device that nobody changes but who works with it. Which states calls bring about is the server's affair.
const (
	agentState   = "agent state"
	deviceState  = "device"
	doNotDisturb = "do-not-disturb"
	forwarding   = "forwarding"
)

var aspects = []string{agentState, deviceState, doNotDisturb, forwarding}

// shown is what a device shows of an aspect.
func shown(d voice.Device, aspect string) string {
	switch aspect {
	case agentState:
		return d.UserState().String()
	case deviceState:
		return d.DeviceState()
	case doNotDisturb:
		return d.Setting("doNotDisturb")
	}
	return d.Setting("forwardTo")
}

// request is one that may change an aspect of a device.
type request struct {
	aspects []string
	value   string // of an agent state; "" for any
	login   bool
}

// meant is what a request may change; nil for none.
func meant(e *recording.Entry) *request {
	switch op := e.Operation(); {
	case e.Kind != recording.KindRest || e.Method == "GET" || op == "":
		return nil
	case strings.HasSuffix(op, "ContactCenterSession"):
		return &request{aspects: aspects, login: op == "StartContactCenterSession"}
	case strings.HasPrefix(op, "DoNotDisturb"):
		return &request{aspects: []string{doNotDisturb}}
	case strings.HasPrefix(op, "ForwardCalls"):
		return &request{aspects: []string{forwarding}}
	case strings.HasPrefix(e.Path, "/me/channels/"), e.Path == "/me":
		return &request{aspects: []string{agentState, deviceState}, value: op}
	}
	return nil
}

// fits reports whether a request may bring an aspect to a value.
func (r *request) fits(aspect, value string) bool {
	return slices.Contains(r.aspects, aspect) && (r.value == "" || aspect != agentState || strings.Contains(value, r.value))
}

// watch is what a person's device was shown as, and what may still change it.
type watch struct {
	values  map[string]string
	known   bool
	pending []*request
	open    map[string]int // aspect: the event that began a change which still lasts
	before  map[string]string
	numbers []string // to which the device was forwarded by us
}

// states are changes of devices that nobody of the station asked for.
func (b *book) states(station int, entries []*recording.Entry) []Event {
	var out []Event
	people := map[string]*watch{}
	of := func(actor string) *watch {
		if people[actor] == nil {
			people[actor] = &watch{values: map[string]string{}, open: map[string]int{}, before: map[string]string{}}
		}
		return people[actor]
	}
	for _, e := range entries {
		if r := meant(e); r != nil {
			for _, role := range b.meant(station, e) {
				w := of(role)
				w.pending = append(w.pending, &request{slices.Clone(r.aspects), r.value, r.login})
				if number, isText := e.Body()["destination"].(string); isText && slices.Contains(r.aspects, forwarding) {
					w.numbers = append(w.numbers, number)
				}
			}
			continue
		}
		d := b.own(station, e)
		if d == nil {
			continue
		}
		w := of(e.Actor)
		for _, aspect := range aspects {
			was, is := w.values[aspect], shown(d, aspect)
			w.values[aspect] = is
			switch {
			case !w.known || was == is:
			case aspect == agentState && is == "" && d.DeviceState() == "Active":
				w.values[aspect] = was // nobody's doing: who is logged out has a device that is inactive
			case w.asked(aspect, is, e.Kind == recording.KindMessage), aspect == agentState && byCalls(was, is), aspect == forwarding && w.ours(is):
				w.over(out, aspect, e.At)
			case e.Kind != recording.KindMessage:
			case w.lasts(aspect):
				if w.before[aspect] == is {
					w.over(out, aspect, e.At)
				}
			default:
				w.open[aspect], w.before[aspect] = len(out), was
				out = append(out, Event{Kind: Changed, Station: station, Actor: e.Actor, Scenario: e.Scenario, From: e.At, To: math.Inf(1), Text: change(aspect, was, is)})
			}
		}
		w.known = true
	}
	return out
}

// meant are the roles of those whose device a request is about: of another's device, nobody knows what a server makes of it.
func (b *book) meant(station int, e *recording.Entry) []string {
	id, ofDevice := strings.CutPrefix(e.Path, "/me/devices/")
	if i := max(station, 1); ofDevice && i <= len(b.header.Stations) && !voice.SameID(b.header.Stations[i-1].Party(e.Actor).Device, id) {
		return recording.Roles
	}
	return []string{e.Actor}
}

// own is a person's own device as an entry shows it; nil if it does not.
func (b *book) own(station int, e *recording.Entry) voice.Device {
	if i := max(station, 1); i <= len(b.header.Stations) && e.Actor != "" {
		id := b.header.Stations[i-1].Party(e.Actor).Device
		switch {
		case id == "":
		case ownMessage(e):
			return voice.DeviceOf(e, id)
		case e.Kind == recording.KindRest && e.Method == "GET" && e.Credentials == "":
			for _, d := range voice.ShownIn(e) {
				if voice.SameID(d.ID(), id) {
					return d
				}
			}
		}
	}
	return nil
}

// asked reports whether somebody asked for a change. What has been notified of a request is notified once; a session start passes through
// LoggedIn, and LoggedOut before where the device comes into service first. A read may be ahead of what is notified.
func (w *watch) asked(aspect, value string, told bool) bool {
	i := slices.IndexFunc(w.pending, func(r *request) bool { return r.fits(aspect, value) })
	if i < 0 {
		return false
	}
	if r := w.pending[i]; told && (aspect != agentState || value != "" && value != "LoggedIn" && !(r.login && value == "LoggedOut")) {
		r.aspects = slices.DeleteFunc(r.aspects, func(a string) bool { return a == aspect })
	}
	return true
}

// ours reports whether it is we who forwarded the device to a number: that it is shown again is the server's doing.
func (w *watch) ours(number string) bool {
	return slices.ContainsFunc(w.numbers, func(n string) bool { return number != "" && voice.MayBeSameNumber(n, number) })
}

// lasts reports whether others have changed an aspect, and it is not as it was before.
func (w *watch) lasts(aspect string) bool {
	_, lasts := w.open[aspect]
	return lasts
}

// over ends a change that lasted.
func (w *watch) over(out []Event, aspect string, at float64) {
	if i, open := w.open[aspect]; open {
		out[i].To = at
		delete(w.open, aspect)
		delete(w.before, aspect)
	}
}

// byCalls reports whether a change of the agent state may come of calls: work after a call begins and ends by itself, and some
// servers have states for who talks.
func byCalls(was, is string) bool {
	for _, state := range []string{was, is} {
		plain := state == "" || state == "Ready" || strings.HasPrefix(state, "NotReady") || strings.HasPrefix(state, "Logged")
		if !plain || strings.Contains(state, "AfterCallWork") {
			return true
		}
	}
	return false
}

func change(aspect, was, is string) string {
	none := func(text string) string {
		if text == "" {
			return "none"
		}
		return text
	}
	return fmt.Sprintf("%s changed from %s to %s", aspect, none(was), none(is))
}
