package page_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/page"
)

func TestEveryPageIsReadable(t *testing.T) {
	pages, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) < 3 {
		t.Fatalf("only %d pages", len(pages))
	}
	for _, p := range pages {
		if p.Title == "" || p.Source.Page == "" || len(p.Steps) == 0 {
			t.Errorf("%s has no title, source or page", p.ID)
		}
		for i := range p.Steps {
			if s := &p.Steps[i]; s.Posts != "" {
				if kind, _ := s.PostsTo(); kind == "" {
					t.Errorf("%s: nothing is known at %s", p.ID, s.Posts)
				}
			}
		}
	}
}

func TestErrataAreApplied(t *testing.T) {
	pages, err := page.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if p.ID != "transfer.sample-1" {
			continue
		}
		consult := p.Notifications()[1]
		if got := consult.Call()["parentCallPath"]; got != "/calls/01RCC3N118B1V0SL8O7GK2LAES00000M" {
			t.Errorf("parentCallPath is %v", got)
		}
		if !strings.Contains(string(consult.Notified), "00000H") {
			t.Error("the page's own text is not kept")
		}
		if !strings.Contains(string(consult.Notified), `"phoneNumber":"15002"`) && !strings.Contains(string(consult.Notified), `"phoneNumber": "15002"`) {
			t.Errorf("numbers that the page quotes are no longer strings: %s", consult.Notified)
		}
		return
	}
	t.Error("transfer.sample-1 is not there")
}

func TestBadPagesAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"foo: 1": "unknown field",
		"page:\n  - agent posts: api/v2/me\n    label: x\n    agent is notified: {a: 1}": "either posts, is notified, or arranges",
		"page:\n  - agent posts: api/v2/me":                                              "needs a label",
		"before:\n  - {a: 1, b: 2}":                                                      "a map of one key",
		"about: calls":                                                                   `about "calls" is no topic`,
		"page:\n  - arrange: agent holds\n    about: nothing":                            `step 1: about "nothing" is no topic`,
		"page:\n  - agent is notified: [1]":                                              "not a JSON object",
	} {
		if _, err := page.Parse([]byte("id: a.b\narea: calls\n" + text + "\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := page.Parse([]byte("id: a.b\narea: tutorial\n")); err == nil {
		t.Error("a page of an unknown area need not say what it is about")
	}
}

// A step is about what it says, else what its page says, else what the area is about.
func TestAbout(t *testing.T) {
	p, err := page.Parse([]byte("id: a.b\narea: calls\nabout: mute\npage:\n  - agent is notified: {a: 1}\n  - agent is notified: {a: 1}\n    about: conference\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Steps[0].About != page.Mute || p.Steps[1].About != page.Conference || !p.IsAbout(page.Conference) || p.IsAbout(page.AnyCall) {
		t.Errorf("%s, %s", p.Steps[0].About, p.Steps[1].About)
	}
	for _, p := range load(t) {
		if p.About == "" || slices.ContainsFunc(p.Notifications(), func(s *page.Step) bool { return s.About == "" }) {
			t.Errorf("%s is about nothing", p.ID)
		}
	}
}
