package reference

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestEveryPair combines every variation with every fault: both act.
func TestEveryPair(t *testing.T) {
	faults := allFaults()
	for _, v := range allVariations() {
		for _, f := range faults {
			s := &Server{}
			v.set(s)
			if err := s.join(&[]string{v.Name}, f.Name, func(s *Server) { f.set(&s.hooks) }); err != nil {
				t.Error(v.Name, err)
			}
		}
	}
}

// TestClashes: what is set by both of a pair is named, unless it is the same.
func TestClashes(t *testing.T) {
	set := func(prefix, kind string, connects int) reflect.Value {
		return reflect.ValueOf(hooks{prefix: prefix, batch: true, bayeux: bayeuxHooks{maxConnects: connects, types: []string{kind}}})
	}
	if got := clashes(set("/a", "x", 1), set("/b", "y", 2)); !slices.Equal(got, []string{"prefix", "types", "maxConnects"}) {
		t.Errorf("clashes %v", got)
	}
	if got := clashes(reflect.ValueOf(hooks{prefix: "/a", batch: true}), reflect.ValueOf(hooks{prefix: "/a", batch: true})); len(got) > 0 {
		t.Errorf("the same values clash: %v", got)
	}
}

// TestSeveralVariations: all act; a pair of which one would be lost is refused.
func TestSeveralVariations(t *testing.T) {
	s := &Server{opts: Options{Variation: "batched+csrf+path-prefix"}}
	if err := s.arm(); err != nil || !s.hooks.batch || !s.hooks.csrf || s.hooks.prefix == "" {
		t.Errorf("error %v, hooks %v %v %q", err, s.hooks.batch, s.hooks.csrf, s.hooks.prefix)
	}
	s = &Server{opts: Options{Variation: "batched+short-polls+long-polls"}}
	if err := s.arm(); err == nil || !strings.Contains(err.Error(), "variation batched, variation short-polls and variation long-polls cannot be combined, since both set pollTimeout; leave one of them out") {
		t.Errorf("error %v", err)
	}
	s = &Server{opts: Options{Variation: "batched+"}}
	if err := s.arm(); err == nil {
		t.Error("an empty name is taken")
	}
}

// TestHooksAddUp: each function hook that two rows set acts for both.
func TestHooksAddUp(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	calls := map[string]int{}
	count := func(name string) { calls[name]++ }
	h := &s.hooks
	for range 2 {
		matching(func(*session, string) (bool, bool) { count("match"); return false, false })(h)
		pushing(func(_ *session, e []byte) [][]byte { count("push"); return [][]byte{e} })(h)
		writes(posted, func(_ *exchange, raw []byte) (string, []byte) { count("write"); return "text/plain", raw })(h)
		h.bayeux.drain = append(h.bayeux.drain, func(_ *session, e [][]byte) [][]byte { count("drain"); return e })
		h.bayeux.body = append(h.bayeux.body, func(raw []byte) []byte { count("body"); return raw })
		h.open = append(h.open, func(*Server, *http.Request) *agent { count("open"); return nil })
		h.hangUp = append(h.hangUp, func(*exchange) bool { count("hangUp"); return false })
	}
	base, err := s.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stranger := newActor(t, base, Agent{User: "nobody"})
	stranger.json(http.MethodGet, "/me", nil)
	a := newActor(t, base, DefaultAgents(1)[0])
	a.listen("/v2/me/calls")
	a.dial("5990")
	a.state(dialing, "")
	for _, name := range []string{"match", "push", "write", "drain", "body", "open", "hangUp"} {
		if n := calls[name]; n == 0 || n%2 != 0 {
			t.Errorf("%s was called %d times", name, n)
		}
	}
}
