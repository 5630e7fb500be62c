package embedded_test

import (
	"net/http"
	"testing"

	"github.com/voicespec/voicespec/runner/embedded"
	"github.com/voicespec/voicespec/runner/reference"
)

// The target file names the server that listens, and people whom it knows.
func TestStart(t *testing.T) {
	server, target, err := embedded.Start(reference.Options{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if err := target.Validate(); err != nil {
		t.Error(err)
	}
	if len(target.Stations) != 3 {
		t.Fatalf("%d stations, want 3", len(target.Stations))
	}
	for _, s := range target.Stations {
		for _, p := range []struct{ user, password string }{{s.Agent.User, s.Agent.Password}, {s.Caller.User, s.Caller.Password}, {s.Destination.User, s.Destination.Password}} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target.URL+"/api/v2/me", http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.SetBasicAuth(p.user, p.password)
			response, err := http.DefaultClient.Do(request) //nolint:forbidigo // a request to our own server
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("GET /me as %s: HTTP %d", p.user, response.StatusCode)
			}
		}
	}
}

// What does not start leaves nothing behind, and says why.
func TestStartRefuses(t *testing.T) {
	if _, _, err := embedded.Start(reference.Options{Fault: "no-such-fault"}, 1); err == nil {
		t.Error("a server with an unknown fault started")
	}
	server, target, err := embedded.Start(reference.Options{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, _, err := embedded.Listen(target.URL[len("http://"):], reference.Options{}, 1); err == nil {
		t.Error("two servers listen at one address")
	}
}
