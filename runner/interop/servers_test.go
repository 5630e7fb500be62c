package interop_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"sync"
	"testing"

	"github.com/voicespec/voicespec/runner/bayeux"
)

const pollTimeout = "300" // ms: a few polls end by themselves during the test

// Our Bayeux client on servers that are not ours: the CometD project's Node
// server and Faye. Three events arrive once and in order, across polls that
// ended for lack of any, and the server hears of the disconnect.
func TestBayeuxClientWithOtherServers(t *testing.T) {
	needNode(t)
	for _, c := range []struct {
		script    string
		transport bayeux.Transport
	}{
		{"cometd-server.mjs", bayeux.LongPolling},
		{"faye-server.mjs", bayeux.LongPolling},
		{"faye-server.mjs", bayeux.WebSocket},
	} {
		t.Run(c.script+" over "+string(c.transport), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), budget)
			defer cancel()
			server := node(t, c.script, pollTimeout)
			url := server.expect("listening on ")

			seen := newNotes(t)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			session, err := bayeux.Dial(ctx, bayeux.Options{
				URL: url, Transport: c.transport, HTTP: &http.Client{Jar: jar}, Jar: jar, Observe: seen.add,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close(context.WithoutCancel(ctx))
			server.expect("added")
			if err := session.Subscribe(ctx, channel); err != nil {
				t.Fatal(err)
			}

			server.say("publish " + channel + " one")
			seen.await(ctx, "the first event", func() bool { return len(seen.words()) == 1 })
			polls := seen.connects()
			seen.await(ctx, "two polls without an event", func() bool { return seen.connects() >= polls+2 })
			server.say("publish " + channel + " two three")
			seen.await(ctx, "the other events", func() bool { return len(seen.words()) == 3 })
			polls = seen.connects()
			seen.await(ctx, "another two polls", func() bool { return seen.connects() >= polls+2 })

			session.Close(ctx)
			server.expect("removed")
			if err := server.stdin.Close(); err != nil {
				t.Error(err)
			}
			server.wait()
			if got, want := seen.words(), []string{"one", "two", "three"}; !slices.Equal(got, want) {
				t.Errorf("events %q, want %q", got, want)
			}
			seen.unremarkable()
		})
	}
}

const channel = "/v2/me/calls"

// notes keeps what a session observed, and wakes whoever waits for it.
type notes struct {
	t       *testing.T
	mu      sync.Mutex
	list    []bayeux.Observation
	changed chan struct{}
}

func newNotes(t *testing.T) *notes {
	t.Helper()
	return &notes{t: t, changed: make(chan struct{})}
}

func (n *notes) add(o bayeux.Observation) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, o)
	close(n.changed)
	n.changed = make(chan struct{})
}

func (n *notes) all() ([]bayeux.Observation, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list), n.changed
}

func (n *notes) await(ctx context.Context, what string, done func() bool) {
	n.t.Helper()
	for {
		_, changed := n.all()
		if done() {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			n.dump()
			n.t.Fatalf("did not see %s", what)
		}
	}
}

func (n *notes) dump() {
	list, _ := n.all()
	for i, o := range list {
		n.t.Logf("%2d %s %s %s %s", i+1, o.At.Format("05.000"), o.Kind, o.Raw, o.Text)
	}
}

// words are the data of the events, in order of arrival.
func (n *notes) words() (words []string) {
	list, _ := n.all()
	for _, o := range list {
		if o.Kind != bayeux.KindEvent {
			continue
		}
		var event struct{ Data struct{ Word string } }
		if err := json.Unmarshal(o.Raw, &event); err != nil || o.Channel != channel {
			n.t.Errorf("event on %s: %s (%v)", o.Channel, o.Raw, err)
		}
		words = append(words, event.Data.Word)
	}
	return words
}

func (n *notes) connects() (count int) {
	list, _ := n.all()
	for _, o := range list {
		if o.Kind == bayeux.KindReply && o.Channel == "/meta/connect" {
			count++
		}
	}
	return count
}

// unremarkable: these servers break no rule, lose nothing, and keep the session.
func (n *notes) unremarkable() {
	list, _ := n.all()
	remarkable := func(o bayeux.Observation) bool {
		return o.Kind == bayeux.KindGap || o.Kind == bayeux.KindFault || o.Session > 1
	}
	if slices.ContainsFunc(list, remarkable) {
		n.dump()
		n.t.Error("a gap, a fault or a second session")
	}
}
