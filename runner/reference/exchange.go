package reference

import (
	"encoding/json"
	"net/http"
	"strings"
)

// exchange is one REST request with what became of it.
type exchange struct {
	s        *Server
	r        *http.Request
	agent    *agent
	resource string // the path below /api/v2, with * for an id
	id       string
	body     object
	op       string // operationName
	leg      *leg   // the call the operation was posted to
	before   string // its state then
	force    bool   // a fault's: do it although it is not offered
	stashed  any    // a fault's, from one hook to a later one
	notes    []*note
	answer   answer
}

// answer is the HTTP answer: JSON, unless a fault has set raw.
type answer struct {
	status int
	header http.Header
	body   object
	err    *apiError // the refusal it stands for
}

func (x *exchange) succeed() {
	x.answer.status = http.StatusOK
	if x.answer.body == nil {
		x.answer.body = object{"statusCode": codeOK}
	}
}

func (x *exchange) fail(err *apiError) {
	x.answer.status, x.answer.err = err.http, err
	x.answer.body = object{"statusCode": err.code, "statusMessage": err.message}
	h := &x.s.hooks
	if err.code == codeUnauthenticated {
		if h.signIn {
			x.answer.status = http.StatusFound
			x.answer.header.Set("Location", "https://sso.example.com/sign-in")
			x.answer.body = nil
			return
		}
		if h.authStatus != 0 {
			x.answer.status = h.authStatus
		}
		if x.answer.status == http.StatusUnauthorized {
			x.answer.header.Set("WWW-Authenticate", `Basic realm="gws"`)
		}
	} else if h.errorStatus != 0 {
		x.answer.status = h.errorStatus
	}
}

// handler answers one method of a resource; nil or a refusal.
type handler func(*exchange) *apiError

// resources are the paths below /api/v2 with the methods they know.
var resources = map[string]map[string]handler{
	"me":                            {"GET": getMe, "POST": (*exchange).meOperation},
	"me/calls":                      {"GET": getCalls, "POST": (*exchange).dial},
	"me/calls/*":                    {"GET": getCall, "POST": (*exchange).callOperation},
	"me/devices":                    {"GET": getDevices},
	"me/devices/*":                  {"GET": getDevice, "POST": (*exchange).deviceOperation},
	"me/devices/*/calls":            {"GET": ofDevice(getCalls), "POST": ofDevice((*exchange).dial)},
	"me/devices/*/settings/tserver": {"GET": ofDevice(getSettings)},
	"me/channels/voice":             {"POST": (*exchange).agentState},
	"devices/*":                     {"GET": getDevice},
	"services":                      {"GET": getServices},
	"diagnostics/version":           {"GET": getVersion},
}

// ofDevice is for what lies below a device.
func ofDevice(h handler) handler {
	return func(x *exchange) *apiError {
		if err := x.ownDevice(); err != nil {
			return err
		}
		return h(x)
	}
}

// locate splits the path below the base into resource and id.
func locate(path string) (resource, id string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	at := -1
	switch {
	case parts[0] == "devices":
		at = 1
	case len(parts) > 1 && parts[0] == "me" && (parts[1] == "calls" || parts[1] == "devices"):
		at = 2
	}
	if at > 0 && at < len(parts) {
		id, parts[at] = parts[at], "*"
	}
	return strings.Join(parts, "/"), id
}

// perform finds the handler and runs it. The caller holds the server's lock.
func (x *exchange) perform(raw []byte, tooLong bool) *apiError {
	methods, known := resources[x.resource]
	if !known {
		return notFound("No resource %.80s", x.r.URL.Path)
	}
	do, known := methods[x.r.Method]
	if !known {
		return &apiError{http.StatusMethodNotAllowed, codeForbidden, "Method " + x.r.Method + " is not allowed here"}
	}
	if tooLong {
		return &apiError{http.StatusRequestEntityTooLarge, codeInvalid, "The request body is too long"}
	}
	if x.r.Method == http.MethodPost {
		if !isJSON(x.r) {
			return &apiError{http.StatusUnsupportedMediaType, codeInvalid, "The request body is not application/json"}
		}
		body, err := decodeObject(raw)
		if err != nil {
			return err
		}
		x.body = body
		if x.op, err = text(body, "operationName"); err != nil {
			return err
		}
		for _, h := range x.s.hooks.arrive {
			if err := h(x); err != nil {
				return err
			}
		}
	}
	return do(x)
}

// run performs the exchange and fills the answer; what it caused is queued
// for delivery, which begins when gate is closed.
func (x *exchange) run(raw []byte, tooLong bool, gate <-chan struct{}) (delivered <-chan struct{}) {
	s := x.s
	s.mu.Lock()
	defer s.mu.Unlock()
	err := x.perform(raw, tooLong)
	if err != nil {
		x.notes = nil // a refused operation causes nothing
		for _, h := range s.hooks.refused {
			if err == nil {
				break
			}
			err = h(x, err)
		}
	}
	if err != nil {
		x.fail(err)
	} else {
		x.succeed()
	}
	for _, h := range s.hooks.notes {
		x.notes = h(x, x.notes)
	}
	for _, h := range s.hooks.answer {
		h(x)
	}
	return s.deliverBehind(x, gate)
}

// encode marshals what came from JSON or from us; it cannot fail.
func encode(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return raw
}
