package play

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/voicespec/voicespec/runner/bayeux"
	"github.com/voicespec/voicespec/runner/recording"
)

// nodesAsked is how often one session is asked for where another was not known: by chance alone two nodes of a balancer
// answer that in one way once in thirty times.
const nodesAsked = 8

// severalNodes is the problem that requests of one session reach several nodes, of which one alone knows it. What looks for it
// is asked only where a session that had just begun was not known: no server forgets a session and knows it again.
func (a *Actor) severalNodes(ctx context.Context) error {
	if !a.lostAtOnce() {
		return nil
	}
	o := a.negotiating()
	o.Transport = bayeux.LongPolling
	_, _, body, err := bayeux.Raw(ctx, o, []byte(
		`[{"channel":"/meta/handshake","version":"1.0","minimumVersion":"1.0","supportedConnectionTypes":["long-polling","websocket"],"id":"1"}]`))
	id := replied(body, "/meta/handshake").text("clientId")
	if err != nil || id == "" {
		return nil //nolint:nilerr // nothing is known then, and what fails is told where it matters
	}
	unknown := false
	for range nodesAsked {
		text, err := json.Marshal([]map[string]any{{
			"channel": connectChannel, "clientId": id, "connectionType": "long-polling", "id": "2", "advice": map[string]any{"timeout": 0},
		}})
		if err != nil {
			return fmt.Errorf("asking for a session: %w", err)
		}
		_, _, body, err := bayeux.Raw(ctx, o, text)
		reply := replied(body, connectChannel)
		switch {
		case err != nil || reply == nil:
			return nil //nolint:nilerr // as above
		case reply.knows() && unknown:
			return &Problem{
				Cause:  fmt.Sprintf("one notification session of %s is known to some requests and not to others: they do not reach the same node", a.Party.User),
				Remedy: a.KeepsSession(),
			}
		}
		unknown = unknown || reply.unknown()
	}
	return nil
}

const connectChannel = "/meta/connect"

// lostAtOnce reports whether the server said, while the person was connected, that it does not know his session.
func (a *Actor) lostAtOnce() bool {
	for _, e := range a.station.tape.From(0) {
		if e.Actor == a.Role && e.Kind == recording.KindBayeux && e.Direction == "received" && e.Browser == "" && replyOf(e.Message).unknown() {
			return true
		}
	}
	return false
}

// reply is a Bayeux reply; nil is none.
type reply map[string]any

func replyOf(raw json.RawMessage) reply {
	m, _ := recording.DecodeJSON(raw).(map[string]any)
	return m
}

// replied is the reply on a channel in the body of an answer.
func replied(body []byte, channel string) reply {
	list, _ := recording.DecodeJSON(body).([]any)
	for _, item := range list {
		if m, _ := item.(map[string]any); m != nil && m["channel"] == channel {
			return m
		}
	}
	return nil
}

func (r reply) text(member string) string {
	s, _ := r[member].(string)
	return s
}

func (r reply) knows() bool { return r["successful"] == true }

// unknown reports whether a reply says that the server does not know the session. The codes differ: 402 in CometD, 401 in Faye.
func (r reply) unknown() bool {
	said := strings.ToLower(r.text("error"))
	return r["successful"] == false && (strings.HasPrefix(said, "402:") || strings.Contains(said, "unknown"))
}
