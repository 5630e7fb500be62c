package page

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/recording"
	"github.com/voicespec/voicespec/runner/voice"
)

// Replay is a page beside what is played of it. The page's numbers and devices stand for those of a
// station, its calls for the live ones as far as they are bound. It is not for concurrent use.
type Replay struct {
	Page *Page

	station recording.Station
	root    string            // of the target's URIs
	live    map[string]string // number, device id in lower case, or call id of the page: the live one
	uris    map[string]string // call id of the page: the call's URI as the server gave it

	differences map[told][]Difference // each is looked for once
	matched     map[*Step]*recording.Entry
	taken       map[*recording.Entry]bool
}

// told is a notification held against a step.
type told struct {
	step  *Step
	entry *recording.Entry
}

// NewReplay binds the cast of a page to the people of a station. root is the target's URL.
func NewReplay(p *Page, station recording.Station, root string) *Replay {
	r := &Replay{
		Page: p, station: station, root: root, live: map[string]string{}, uris: map[string]string{},
		differences: map[told][]Difference{}, matched: map[*Step]*recording.Entry{}, taken: map[*recording.Entry]bool{},
	}
	for _, role := range voice.Roles {
		if number := p.Cast[role]; number != "" {
			r.live[number] = station.Party(role).Number
		}
		if device := p.Cast[role+"Device"]; device != "" {
			r.live[strings.ToLower(device)] = station.Party(role).Device
		}
	}
	return r
}

// Bind lets a call of the page stand for a live one from now on.
func (r *Replay) Bind(call, id string) {
	if call == "" || r.live[call] == id {
		return
	}
	r.live[call] = id
	clear(r.differences)
}

// BindURI makes a call of the page go by the URI that the server gave: it may name another host than
// the one it is called by.
func (r *Replay) BindURI(call, uri string) { r.uris[call] = uri }

// Bound is the live value that a number, device id or call id of the page stands for.
func (r *Replay) Bound(value string) (live string, ok bool) {
	if live, ok = r.live[value]; !ok {
		live, ok = r.live[strings.ToLower(value)]
	}
	return live, ok
}

// renamed is Bound, or the value itself.
func (r *Replay) renamed(value string) string {
	if live, ok := r.Bound(value); ok {
		return live
	}
	return value
}

// Rename puts live values in the place of the page's: numbers, ids, and URIs and paths that end in one.
func (r *Replay) Rename(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, m := range x {
			if k == "userData" {
				out[k] = m // values of user data are nobody's numbers
				continue
			}
			out[k] = r.Rename(m)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, m := range x {
			out[i] = r.Rename(m)
		}
		return out
	case string:
		return r.renameText(x)
	}
	return v
}

const api = "/api/v2/"

func (r *Replay) renameText(text string) string {
	if live, ok := r.Bound(text); ok {
		return live
	}
	i := strings.LastIndex(text, "/") + 1
	live, ok := r.Bound(text[i:])
	if i == 0 || !ok {
		return text
	}
	_, below, found := strings.Cut(text[:i], api)
	switch {
	case !found || !strings.Contains(text, "://"):
		return text[:i] + live
	case r.uris[text[i:]] != "":
		return r.uris[text[i:]]
	}
	return r.root + api + below + live
}

// Request is what a step posts, with live values: the path below /api/v2, and the body. A call that is
// not bound, since the target did not notify it, is replaced by otherwise().
func (r *Replay) Request(s *Step, otherwise func() string) (path string, body map[string]any) {
	path = "/" + s.path()
	if kind, id := s.PostsTo(); id != "" {
		live, known := r.Bound(id)
		if !known && kind == "calls" {
			live = otherwise()
		}
		path = strings.Replace(path, id, live, 1)
	}
	if err := json.Unmarshal(s.Body, &body); err != nil {
		panic(fmt.Sprintf("the page's body %s is not a JSON object", s.Body)) // a mistake in the page's file
	}
	body, _ = r.Rename(body).(map[string]any)
	return path, body
}
