package document_test

import (
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/document"
)

func TestEveryScenarioIsReadable(t *testing.T) {
	docs, err := document.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) < 3 {
		t.Fatalf("only %d scenarios", len(docs))
	}
	for _, d := range docs {
		if d.Title == "" || d.Source.Page == "" || len(d.Page) == 0 {
			t.Errorf("%s has no title, source or page", d.ID)
		}
		for i := range d.Page {
			if s := &d.Page[i]; s.Posts != "" {
				if kind, _ := s.PostsTo(); kind == "" {
					t.Errorf("%s: nothing is known at %s", d.ID, s.Posts)
				}
			}
		}
	}
}

func TestErrataAreApplied(t *testing.T) {
	docs, err := document.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if d.ID != "transfer.sample-1" {
			continue
		}
		consult := d.Notifications()[1]
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

func TestBadScenariosAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":  "id: a.b\nfoo: 1\n",
		"two kinds":    "id: a.b\npage:\n  - agent posts: api/v2/me\n    label: x\n    agent is notified: {a: 1}\n",
		"no label":     "id: a.b\npage:\n  - agent posts: api/v2/me\n",
		"arrangements": "id: a.b\nbefore:\n  - {a: 1, b: 2}\n",
	} {
		if _, err := document.Parse([]byte(text)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
