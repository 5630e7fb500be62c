package page_test

import (
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
	for name, text := range map[string]string{
		"unknown key":  "id: a.b\nfoo: 1\n",
		"two kinds":    "id: a.b\npage:\n  - agent posts: api/v2/me\n    label: x\n    agent is notified: {a: 1}\n",
		"no label":     "id: a.b\npage:\n  - agent posts: api/v2/me\n",
		"arrangements": "id: a.b\nbefore:\n  - {a: 1, b: 2}\n",
	} {
		if _, err := page.Parse([]byte(text)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
