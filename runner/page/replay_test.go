package page_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/voicespec/voicespec/runner/page"
	"github.com/voicespec/voicespec/runner/recording"
)

const (
	liveRoot = "https://gws.example.org/x"
	pageRoot = "http://127.0.0.1:8080"
)

var roles = []string{"agent", "caller", "destination"}

func load(t testing.TB) []*page.Page {
	t.Helper()
	pages, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// played is a page with the people and calls that play it.
type played struct {
	page    *page.Page
	station recording.Station
	calls   map[string]string // page call id: live call id
}

// draw makes up a station for a page, with numbers, devices and call ids of its own.
func draw(t *rapid.T, pages []*page.Page) played {
	p := sampled(t, "page", pages, func(p *page.Page) string { return p.ID })
	distinct := func(form, label string, n int) []string {
		return rapid.SliceOfNDistinct(rapid.StringMatching(form), n, n, rapid.ID[string]).Draw(t, label)
	}
	numbers := distinct(`[1-9][0-9]{8,11}`, "numbers", len(roles))
	devices := distinct(`[0-9a-f]{8}-[0-9a-f]{12}`, "devices", len(roles))
	party := func(i int) recording.Party { return recording.Party{Number: numbers[i], Device: devices[i]} }
	names := callsOf(p)
	ids := distinct(`[0-9A-Z]{16,32}`, "calls", len(names))
	calls := map[string]string{}
	for i, name := range names {
		calls[name] = ids[i]
	}
	return played{p, recording.Station{Agent: party(0), Caller: party(1), Destination: party(2)}, calls}
}

// sampled is one of a list; a failure shows it by its name.
func sampled[T any](t *rapid.T, what string, list []T, name func(T) string) T {
	i := rapid.IntRange(0, len(list)-1).Draw(t, what)
	t.Logf("%s: %s", what, name(list[i]))
	return list[i]
}

// callsOf are the page's ids of calls.
func callsOf(p *page.Page) []string {
	all := map[string]bool{}
	for _, a := range p.Before {
		if strings.Contains(a.Name, " dials ") || strings.Contains(a.Name, " initiates ") {
			all[a.Text()] = true
		}
	}
	for _, s := range p.Notifications() {
		if id := s.CallID(); id != "" {
			all[id] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (p played) replay() *page.Replay {
	r := page.NewReplay(p.page, p.station, liveRoot)
	for call, id := range p.calls {
		r.Bind(call, id)
	}
	return r
}

// back is the replay that turns live values into those of the page again: the page's people play what was live.
func (p played) back() *page.Replay {
	live := &page.Page{Cast: map[string]string{}}
	for _, role := range roles {
		if p.page.Cast[role] != "" {
			live.Cast[role] = p.station.Party(role).Number
		}
		if p.page.Cast[role+"Device"] != "" {
			live.Cast[role+"Device"] = p.station.Party(role).Device
		}
	}
	r := page.NewReplay(live, asPrinted(p.page), pageRoot)
	for call, id := range p.calls {
		r.Bind(id, call)
	}
	return r
}

// asPrinted is a station whose people have the page's numbers and devices.
func asPrinted(p *page.Page) recording.Station {
	party := func(role string) recording.Party {
		return recording.Party{Number: p.Cast[role], Device: p.Cast[role+"Device"]}
	}
	return recording.Station{Agent: party("agent"), Caller: party("caller"), Destination: party("destination")}
}

// messages are all that a page prints, decoded.
func messages(t *rapid.T, p *page.Page) []any {
	var out []any
	for i := range p.Steps {
		switch s := &p.Steps[i]; {
		case s.Posts != "":
			body := recording.DecodeJSON(s.Body)
			if body == nil {
				t.Fatalf("step %d: %s is no JSON", i+1, s.Body)
			}
			out = append(out, body)
		case s.Notified != nil:
			out = append(out, s.Notification)
		}
	}
	return out
}

// What is renamed can be renamed back: no two values of a page become one, and none stays that has a live one.
func TestRenamingIsABijection(t *testing.T) {
	pages := load(t)
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, pages)
		there, back := p.replay(), p.back()
		same := page.NewReplay(p.page, asPrinted(p.page), pageRoot) // but for the host of URIs, of which a page may name several
		for call := range p.calls {
			same.Bind(call, call)
		}
		for _, printed := range messages(t, p.page) {
			live := there.Rename(printed)
			if diff := cmp.Diff(same.Rename(printed), back.Rename(live)); diff != "" {
				t.Fatal(diff)
			}
			text := recording.JSON(live)
			for value := range p.calls {
				if strings.Contains(text, value) {
					t.Fatalf("%s is still there: %s", value, text)
				}
			}
		}
	})
}

// Requests go to the live call or device.
func TestRequestsAreRenamed(t *testing.T) {
	pages := load(t)
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, pages)
		r := p.replay()
		for i := range p.page.Steps {
			s := &p.page.Steps[i]
			if s.Posts == "" {
				continue
			}
			path, body := r.Request(s, func() string { return "another call" })
			kind, id := s.PostsTo()
			live, _ := r.Bound(id)
			want := map[string]string{
				"calls": "/me/calls/" + live, "devices": "/me/devices/" + live, "dial": "/me/devices/" + live + "/calls",
				"voice": "/me/channels/voice", "me": "/me",
			}[kind]
			if path != want {
				t.Errorf("%s is posted to %s, want %s", s.Posts, path, want)
			}
			if body["operationName"] != s.Operation() {
				t.Errorf("%v", body)
			}
		}
	})
}

func TestRequestOfACallThatNobodyWasNotifiedOf(t *testing.T) {
	p, err := page.Parse([]byte(`{
		"id": "calls.x", "area": "calls",
		"page": [{"agent posts": "api/v2/me/calls/A", "label": "x", "body": {"operationName": "Hold"}}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	r := page.NewReplay(p, recording.Station{}, liveRoot)
	if path, _ := r.Request(&p.Steps[0], func() string { return "B" }); path != "/me/calls/B" {
		t.Errorf("it is posted to %s", path)
	}
	r.Bind("A", "C")
	if path, _ := r.Request(&p.Steps[0], nil); path != "/me/calls/C" {
		t.Errorf("it is posted to %s", path)
	}
	r.BindURI("A", "http://inner/api/v2/me/calls/C")
	if uri := r.Rename("http://page/api/v2/me/calls/A"); uri != "http://inner/api/v2/me/calls/C" {
		t.Errorf("the call goes by %s, not by the URI that the server gave", uri)
	}
}

// notified is a message as it came to the agent.
func notified(t *rapid.T, message any) *recording.Entry {
	raw, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: raw}
}

// What says the same by other names does not differ, and stands for the step.
func TestAPageDoesNotDifferFromItself(t *testing.T) {
	pages := load(t)
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, pages)
		r := p.replay()
		for _, s := range p.page.Notifications() {
			e := notified(t, r.Rename(s.Notification))
			if d := r.Differences(s, e); len(d) > 0 {
				t.Errorf("%s differs from itself: %+v in %s", s.Requirement, d, e.Message)
			}
			if !r.Awaited(s, e) {
				t.Errorf("%s is not what is waited for", s.Requirement)
			}
			if got := r.Match(s, []*recording.Entry{e}, func(*recording.Entry) bool { return true }); got != e || r.Matched(s) != e {
				t.Errorf("%s is not recognised", s.Requirement)
			}
			if again := r.Match(s, []*recording.Entry{e}, func(*recording.Entry) bool { return true }); again != nil {
				t.Errorf("%s stands for two steps", s.Requirement)
			}
		}
	})
}

// One change of a compared member is one difference, at its place.
func TestEveryChangeIsFound(t *testing.T) {
	pages := load(t)
	rapid.Check(t, func(t *rapid.T) {
		p := draw(t, pages)
		s := sampled(t, "step", p.page.Notifications(), func(s *page.Step) string { return s.State() + " " + s.Requirement })
		r := p.replay()
		message, _ := recording.DecodeJSON([]byte(recording.JSON(r.Rename(s.Notification)))).(map[string]any)
		c := sampled(t, "change", changesOf(s, message), func(c change) string { return c.name + " at " + c.path })
		c.make()
		e := notified(t, message)
		d := r.Differences(s, e)
		if len(d) != 1 || d[0].Path != c.path || d[0].Requirement == "" {
			t.Fatalf("%s at %s: %+v in %s", c.name, c.path, d, e.Message)
		}
		if c.other && r.Awaited(s, e) {
			t.Errorf("%s at %s: it is waited for", c.name, c.path)
		}
	})
}

// The better of two stands for the step, whichever came first; one that was told by another type, for want of any.
func TestTheBetterOneIsMeant(t *testing.T) {
	i := slices.IndexFunc(load(t), func(p *page.Page) bool { return p.ID == "calls.hold" })
	p := load(t)[i]
	held := p.Notifications()[0]
	tell := func(change func(data, call map[string]any)) *recording.Entry {
		message, _ := recording.DecodeJSON(held.Notified).(map[string]any)
		data, _ := message["data"].(map[string]any)
		call, _ := data["call"].(map[string]any)
		change(data, call)
		return &recording.Entry{Kind: recording.KindMessage, Actor: "agent", Message: []byte(recording.JSON(message))}
	}
	right := tell(func(_, _ map[string]any) {})
	wrong := tell(func(_, call map[string]any) { call["callType"] = "Consult" })
	other := tell(func(data, _ map[string]any) { data["notificationType"] = "Changed" })
	data := tell(func(data, _ map[string]any) { data["notificationType"] = "AttachedDataChanged" })
	busy := tell(func(_, call map[string]any) { call["state"] = "Established" })
	for name, tt := range map[string]struct {
		came    []*recording.Entry
		want    *recording.Entry
		awaited bool // the one that is meant is what the player goes on by
	}{
		"right before wrong":   {[]*recording.Entry{right, wrong}, right, true},
		"wrong before right":   {[]*recording.Entry{wrong, right}, right, true},
		"wrong alone":          {[]*recording.Entry{busy, wrong}, wrong, true},
		"another type":         {[]*recording.Entry{busy, other}, other, true},
		"the type of a change": {[]*recording.Entry{busy, data}, data, false},
		"wrong and other":      {[]*recording.Entry{other, wrong}, wrong, true},
		"another state":        {[]*recording.Entry{busy}, nil, false},
	} {
		r := page.NewReplay(p, asPrinted(p), pageRoot)
		if got := r.Match(held, tt.came, func(*recording.Entry) bool { return true }); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
		if tt.want != nil && r.Awaited(held, tt.want) != tt.awaited {
			t.Errorf("%s: awaited is %t", name, !tt.awaited)
		}
	}
}
