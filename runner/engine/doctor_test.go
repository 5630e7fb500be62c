package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/voicespec/voicespec/runner/engine"
	"github.com/voicespec/voicespec/runner/reference"
)

// What a newcomer gets wrong, the doctor tells: the cause and what to do about it, in one finding.
func TestDoctor(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*engine.Options)
		ok    bool
		want  string // part of one finding
	}{
		{"well", func(*engine.Options) {}, true, "agent at 5005: authenticated"},
		{"number", func(o *engine.Options) { o.Target.Stations[0].Agent.Number = "5999" }, false, "no device with number 5999 was found for agent, only 5005"},
		{"password", func(o *engine.Options) { o.Target.Stations[0].Caller.Password = "wrong" }, false, "refused the credentials of caller"},
		{"prefix", func(o *engine.Options) { o.Target.URL += "/gws" }, false, "there is no Voice API at"},
		{"port", func(o *engine.Options) { o.Target.URL = "http://127.0.0.1:1" }, false, "refuses connections"},
		{"scheme", func(o *engine.Options) { o.Target.URL = strings.Replace(o.Target.URL, "http:", "https:", 1) }, false, "speaks http, not https"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, target := start(t, reference.Options{}, 1)
			o := engine.Options{Target: target}
			tt.spoil(&o)
			found, err := engine.Doctor(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			ok := !slices.ContainsFunc(found, func(f engine.Finding) bool { return !f.OK })
			told := slices.ContainsFunc(found, func(f engine.Finding) bool {
				return strings.Contains(f.Detail, tt.want) && (f.OK || f.Remedy != "")
			})
			if ok != tt.ok || !told {
				t.Errorf("ok is %v, want %v, with %q in one of %+v", ok, tt.ok, tt.want, found)
			}
		})
	}
}
