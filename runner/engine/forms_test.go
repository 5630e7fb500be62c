package engine_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
	"github.com/voicespec/voicespec/runner/result"
	"github.com/voicespec/voicespec/suites"
)

// What an installation makes of numbers is right where the target file says so, in a run and in its recording; what a server makes
// wrong of them is found all the same.
func TestFormsOfNumbers(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ variation, fault, requirement string }{
		{"routed", "", ""},
		{"routed", "answered-caller-told-of-other-dnis", "ID-9"},
		{"shown-otherwise", "", ""},
		{"shown-otherwise", "answered-caller-told-of-stranger", "ID-8"},
	} {
		t.Run(x.variation+" "+x.fault, func(t *testing.T) {
			t.Parallel()
			_, target := start(t, reference.Options{Variation: x.variation, Fault: x.fault}, 1)
			target.Budgets.Quiet = 100 * time.Millisecond
			var saved bytes.Buffer
			live, err := suites.Run(t.Context(), engine.Options{
				Target: target, Globs: []string{"calls.*", "transfer.complete", "devices.reads", "invariants"}, Save: &saved,
			})
			if err != nil {
				t.Fatal(err)
			}
			if x.variation == "routed" && !strings.Contains(saved.String(), `"callType":"Inbound"`) {
				t.Error("no call was routed")
			}
			again, err := suites.Verify(t.Context(), &saved, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for name, r := range map[string]*result.Report{"the run": live.Report, "its recording": again.Report} {
				failed := slices.DeleteFunc(slices.Clone(r.Checks), func(c result.Check) bool { return c.Outcome != result.Failed && c.Outcome != result.Blocked })
				found := slices.ContainsFunc(failed, func(c result.Check) bool { return slices.Contains(c.Requirements, x.requirement) })
				if found != (x.requirement != "") || x.requirement == "" && len(failed) > 0 {
					t.Errorf("%s: %d failed, %q among them: %t", name, len(failed), x.requirement, found)
				}
			}
		})
	}
}

// What stands before a server is met as the target file says: none of it is held against the server.
func TestFronts(t *testing.T) {
	t.Parallel()
	for _, variation := range []string{"bearer", "saml-front", "mutual-tls"} {
		t.Run(variation, func(t *testing.T) {
			t.Parallel()
			_, target := start(t, reference.Options{Variation: variation}, 1)
			target.Budgets.Quiet = 100 * time.Millisecond
			out, err := suites.Run(t.Context(), engine.Options{Target: target, Globs: []string{"calls.hold", "session.*", "security.*", "notifications.*"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range out.Report.Checks {
				if c.Outcome == result.Failed || c.Outcome == result.Blocked {
					t.Errorf("%s: %s", c.ID, c.Message)
				}
			}
		})
	}
	for variation, remedy := range map[string]string{"bearer": "auth:", "saml-front": "single sign-on", "mutual-tls": "cert"} {
		t.Run(variation+" unsaid", func(t *testing.T) {
			t.Parallel()
			_, target := start(t, reference.Options{Variation: variation}, 1)
			_, plain := start(t, reference.Options{}, 1)
			plain.URL, plain.TLS.Insecure = target.URL, true
			_, err := run(t, plain, "session.me")
			if err == nil || !strings.Contains(err.Error(), remedy) {
				t.Errorf("%v", err)
			}
		})
	}
}
