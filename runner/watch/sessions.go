package watch

import (
	"encoding/json"
	"fmt"
	"time"
)

// between is how long a session may have no poll on its way and still be there.
const between = 5 * time.Second

// mostSessions are remembered; beyond, those that have ended are forgotten.
const mostSessions = 10_000

// session is one Bayeux session of somebody.
type session struct {
	who    string
	number int    // of the person's own sessions, one after the other; 0 for one beside them
	beside string // its name, for one that is there at the same time
	polls  int    // on their way
	last   time.Time
	ended  bool
}

// sessions tell the own session of each person from those that are there beside it, such as a second tab: what comes in both is no
// double.
type sessions struct {
	byClient map[string]*session
	own      map[string]*session
	all      map[string]int
}

func newSessions() *sessions {
	return &sessions{byClient: map[string]*session{}, own: map[string]*session{}, all: map[string]int{}}
}

func (s *session) alive(at time.Time) bool {
	return s != nil && !s.ended && (s.polls > 0 || at.Sub(s.last) < between)
}

// shook begins a session; again says that it takes the place of another, so that what came between is not known.
func (s *sessions) shook(who, client string, at time.Time) (again bool) {
	before := s.own[who]
	if len(s.byClient) > mostSessions {
		for id, x := range s.byClient {
			if !x.alive(at) && at.Sub(x.last) > time.Minute {
				delete(s.byClient, id)
			}
		}
	}
	x := &session{who: who, last: at}
	s.byClient[client] = x
	s.all[who]++
	if before.alive(at) {
		x.beside = fmt.Sprintf("session %d", s.all[who])
		return false
	}
	x.number = 1
	if before != nil {
		x.number = before.number + 1
		before.ended = true
	}
	s.own[who] = x
	return before != nil
}

// polled notes that a poll of a session was sent, or answered. Where the own session of the person is gone, this one is it from now on.
func (s *sessions) polled(client string, at time.Time, sent bool) (who string, again bool) {
	x := s.byClient[client]
	if x == nil {
		return "", false
	}
	x.last = at
	if sent {
		x.polls++
	} else {
		x.polls = max(0, x.polls-1)
	}
	if own := s.own[x.who]; sent && own != x && !own.alive(at) && !x.ended {
		x.number, x.beside = own.number+1, ""
		s.own[x.who] = x
		return x.who, true
	}
	return x.who, false
}

func (s *sessions) end(client string) {
	if x := s.byClient[client]; x != nil {
		x.ended = true
	}
}

// of is what the recording says of a session. One that began before anybody watched is known from its first message on.
func (s *sessions) of(who, client string, at time.Time) (number int, beside string) {
	if client == "" {
		return 1, ""
	}
	if s.byClient[client] == nil {
		s.shook(who, client, at)
	}
	x := s.byClient[client]
	return max(x.number, 1), x.beside
}

// meta is what matters here of a message on a /meta channel.
type meta struct {
	Channel    string `json:"channel"`
	ClientID   string `json:"clientId"`
	Successful any    `json:"successful"`
}

func metas(list []json.RawMessage) []meta {
	var out []meta
	for _, raw := range list {
		var m meta
		if json.Unmarshal(raw, &m) == nil {
			out = append(out, m)
		}
	}
	return out
}

// client is the session that a request of Bayeux speaks of; "" for a handshake.
func client(list []json.RawMessage) string {
	for _, m := range metas(list) {
		if m.ClientID != "" {
			return m.ClientID
		}
	}
	return ""
}
