package config

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	text := `target: http://${HOST}:8080
features: [api-voice]
headers: ["X-Api-Key: header-secret"]
stations:
  - agent: {user: agent, password: "${AGENT_PASSWORD}", number: "5005"}
    caller: {user: caller, password: caller-secret, number: "5000"}
    destination: {number: "5001"}
budgets: {event: 7s}
`
	env := map[string]string{"HOST": "gws", "AGENT_PASSWORD": "agent-secret"}
	lookup := func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
	all, err := settings([]byte(text), "t.yaml", lookup, Overrides{Transport: WebSocket})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Setting{}
	for _, s := range all {
		got[s.Key] = s
		if strings.Contains(s.Value, "secret") {
			t.Errorf("a password is shown: %+v", s)
		}
	}
	for _, want := range []Setting{
		{"target", "http://gws:8080", "t.yaml:1, environment variable HOST"},
		{"transport", "websocket", "flag --transport"},
		{"features", "[api-voice]", "t.yaml:2"},
		{"headers", "***", "t.yaml:3"},
		{"stations.0.agent.password", "***", "t.yaml:5, environment variable AGENT_PASSWORD"},
		{"stations.0.caller.password", "***", "t.yaml:6"},
		{"stations.0.destination.user", "–", "default"},
		{"budgets.event", "7s", "t.yaml:8"},
		{"budgets.request", "30s", "default"},
		{"tls.insecure", "false", "default"},
	} {
		if got[want.Key] != want {
			t.Errorf("%+v, want %+v", got[want.Key], want)
		}
	}
}
