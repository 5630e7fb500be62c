package reference

import (
	"cmp"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	sessionCookie = "JSESSIONID"
	// maxHTTPSessions bounds what clients without a cookie store make.
	maxHTTPSessions = 10000
)

// httpSessions are the sessions behind the JSESSIONID cookie.
type httpSessions struct {
	mu   sync.Mutex
	byID map[string]*httpSession
	over map[string]*httpSession // those that were ended
}

type httpSession struct {
	id, csrf string
	agent    *agent
}

func newHTTPSessions() *httpSessions {
	return &httpSessions{byID: map[string]*httpSession{}, over: map[string]*httpSession{}}
}

func (h *httpSessions) get(r *http.Request) *httpSession {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byID[c.Value]
}

func (h *httpSessions) add(a *agent, csrf string) *httpSession {
	hs := &httpSession{id: strings.ReplaceAll(newUUID(), "-", ""), csrf: cmp.Or(csrf, newUUID()), agent: a}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.byID) >= maxHTTPSessions {
		clear(h.byID)
	}
	h.byID[hs.id] = hs
	return hs
}

// issued reports whether a CSRF token is that of any session.
func (h *httpSessions) issued(token string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, hs := range h.byID {
		if hs.csrf == token {
			return true
		}
	}
	return false
}

// end ends every HTTP session of an agent.
func (h *httpSessions) end(a *agent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, hs := range h.byID {
		if hs.agent == a {
			delete(h.byID, id)
			if len(h.over) < maxHTTPSessions {
				h.over[id] = hs
			}
		}
	}
}

// ended is the session of a request that was ended before.
func (h *httpSessions) ended(r *http.Request) *httpSession {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.over[c.Value]
}

// authenticate finds the agent: Basic credentials decide where they are sent,
// else the session cookie alone does.
func (s *Server) authenticate(r *http.Request) *agent {
	if user, password, given := r.BasicAuth(); given {
		for _, a := range s.agents {
			if a.User == user && subtle.ConstantTimeCompare([]byte(a.Password), []byte(password)) == 1 {
				return a
			}
		}
	} else if r.Header.Get("Authorization") == "" && !s.hooks.ignoresCookie {
		if hs := s.http.get(r); hs != nil {
			return hs.agent
		}
	}
	for _, h := range s.hooks.open {
		if a := h(s, r); a != nil {
			return a
		}
	}
	return nil
}

// Handler serves the API. Close ends what it started.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			http.Error(w, "closing", http.StatusServiceUnavailable)
			return
		}
		defer s.work.Done()
		if s.opts.Log != nil {
			s.opts.Log(fmt.Sprintf("%s %s", r.Method, r.URL.Path))
		}
		s.bindBody(w, r)
		if !s.hosts.answers(r.Host) {
			s.refuseHost(w, r)
			return
		}
		number := s.arrived.Add(1)
		if n := int64(s.hooks.limited); n > 0 && number%n == 0 {
			s.later(w, r)
			return
		}
		s.noteOrigin(r)
		s.serve(w, r)
	})
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	path, below := strings.CutPrefix(r.URL.Path, s.base())
	below = below && (path == "" || path[0] == '/')
	x := &exchange{s: s, r: r, answer: answer{header: http.Header{}}}
	x.resource, x.id = locate(path)
	if !below {
		x.resource = "" // no resource of ours
	}
	bayeux := below && (path == "/notifications" || strings.HasPrefix(path, "/notifications/"))
	if s.hooks.site.front != "" && !s.front(w, r) {
		return
	}
	x.agent = s.authenticate(r)
	if x.agent == nil && !(bayeux && s.hooks.bayeux.open) {
		_, _ = io.CopyN(io.Discard, r.Body, maxDiscard) // so that the client gets the answer
		x.fail(denied())
		for _, h := range s.hooks.answer {
			h(x)
		}
		x.write(w)
		return
	}
	if x.agent == nil {
		x.agent = s.agents[0] // a fault lets anybody in, as somebody
	}
	hs := s.httpSession(w, r, x.agent)
	if s.hooks.cookies != nil {
		for name, value := range s.hooks.cookies(s, x.agent) {
			http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/"})
		}
	}
	if bayeux {
		s.bayeux.serve(w, r, x.agent)
		return
	}
	if s.hooks.slashes && r.Method == http.MethodGet && !strings.HasSuffix(r.URL.Path, "/") {
		at := *r.URL
		at.Path, at.RawPath = at.Path+"/", ""
		w.Header().Set("Location", at.RequestURI())
		w.WriteHeader(http.StatusTemporaryRedirect)
		return
	}
	if s.hooks.csrf {
		w.Header().Set("X-CSRF-HEADER", "X-CSRF-TOKEN")
		w.Header().Set("X-CSRF-TOKEN", hs.csrf)
		if r.Method != http.MethodGet && !s.takesToken(hs, r.Header.Values("X-CSRF-TOKEN")) {
			if raw, err := readBody(r); err == nil && s.hooks.csrfDone {
				gate := make(chan struct{})
				close(gate)
				x.run(raw, false, gate)
			}
			x.fail(&apiError{http.StatusForbidden, codeForbidden, "Missing or invalid Csrf token"})
			x.answer.status = http.StatusForbidden
			x.write(w)
			return
		}
	}
	s.serveREST(w, x)
}

// takesToken reports whether a CSRF token is that of a session.
func (s *Server) takesToken(hs *httpSession, sent []string) bool {
	token := strings.Join(sent, "")
	if s.hooks.csrfEmpty && len(sent) > 0 && token == "" {
		return true
	}
	return token == hs.csrf || s.hooks.csrfIgnored || s.hooks.csrfOfAnybody && s.http.issued(token)
}

// later is what a gateway answers to more requests than it lets through: how long to wait, as seconds or as a date.
func (s *Server) later(w http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyN(io.Discard, r.Body, maxDiscard) // so that the client gets the answer
	w.Header().Set("Retry-After", "1")
	status := http.StatusTooManyRequests
	if s.arrived.Load()/int64(s.hooks.limited)%2 == 0 {
		w.Header().Set("Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))
		status = http.StatusServiceUnavailable
	}
	http.Error(w, "<h1>"+http.StatusText(status)+"</h1>", status)
}

// httpSession is the session of an authenticated request; a new one sets the
// cookie.
func (s *Server) httpSession(w http.ResponseWriter, r *http.Request, a *agent) *httpSession {
	if hs := s.http.get(r); hs != nil && hs.agent == a {
		return hs
	}
	hs := s.http.add(a, s.hooks.csrfToken)
	if !s.hooks.noCookie {
		http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: hs.id, Path: "/", HttpOnly: true})
	}
	return hs
}

func (s *Server) serveREST(w http.ResponseWriter, x *exchange) {
	raw, err := readBody(x.r)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		x.fail(&apiError{http.StatusRequestTimeout, codeInvalid, "The request body did not come in time"})
		x.write(w)
		return
	}
	if err != nil && !errors.Is(err, errTooLong) {
		x.fail(invalid("The request body cannot be read"))
		x.write(w)
		return
	}
	gate := make(chan struct{})
	release := sync.OnceFunc(func() { close(gate) })
	defer release()
	if s.hooks.notifyFirst || s.opts.StepDelay > 0 {
		release()
	}
	if delivered := x.run(raw, err != nil, gate); delivered != nil {
		select {
		case <-delivered:
		case <-s.closing:
		}
	}
	if s.hooks.notifyFirst && len(x.notes) > 0 {
		s.pause(answerAfterNotes)
	}
	s.pause(s.opts.StepDelay)
	x.write(w)
}

// written is an answer as it goes out.
type written struct {
	contentType string
	body        []byte
	raw         []byte // the whole answer as a fault has made it
}

// write sends the answer, as one piece, so that a notification that waits for
// it follows it.
func (x *exchange) write(w http.ResponseWriter) {
	out := &written{contentType: "application/json", body: encode(x.answer.body)}
	for _, h := range x.s.hooks.write {
		h(x, out)
	}
	if out.raw != nil {
		hijack(w, out.raw)
		return
	}
	h := w.Header()
	maps.Copy(h, x.answer.header)
	h.Set("Content-Type", out.contentType)
	if !x.s.hooks.chunked {
		h.Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	if slices.ContainsFunc(x.s.hooks.hangUp, func(breaks func(*exchange) bool) bool { return breaks(x) }) {
		// Half of what was announced; net/http then breaks the connection.
		out.body = out.body[:len(out.body)/2]
	}
	x.s.bindAnswer(w)
	w.WriteHeader(x.answer.status)
	_, _ = w.Write(out.body)
	if f, can := w.(http.Flusher); can {
		f.Flush()
	}
	if x.s.hooks.closes {
		hijack(w, nil)
	}
}
