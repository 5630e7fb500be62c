package reference

import (
	"net/http"
	"slices"
	"strings"
)

// faultsHTTP break REST answers and errors, whatever the operation.
func faultsHTTP() []fault {
	return slices.Concat(answerFaults(), errorFaults(), acceptFaults())
}

func answerFaults() []fault {
	return []fault{
		row("answer-201", "HTTP-1", "an accepted operation is answered with HTTP 201", answers(false, func(x *exchange) { x.answer.status = http.StatusCreated })),
		row("answer-202", "HTTP-1", "an accepted operation is answered with HTTP 202", answers(false, func(x *exchange) { x.answer.status = http.StatusAccepted })),
		row("answer-500-with-success", "HTTP-1", "an accepted operation is answered with HTTP 500 and statusCode 0",
			answers(false, func(x *exchange) { x.answer.status = http.StatusInternalServerError })),
		row("status-code-as-string", "HTTP-2", "statusCode is a string", answers(false, func(x *exchange) { x.answer.body["statusCode"] = "0" })),
		row("status-code-missing", "HTTP-2", "a success answer has no statusCode", answers(false, func(x *exchange) { delete(x.answer.body, "statusCode") })),
		row("status-code-missing-on-get", "HTTP-2", "the answer to a GET has no statusCode", func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if x.r.Method == http.MethodGet && x.answer.err == nil {
					delete(x.answer.body, "statusCode")
				}
			})
		}),
		row("status-code-unknown", "HTTP-2", "refusals have statusCode 400, which no table has",
			answers(true, func(x *exchange) { x.answer.body["statusCode"] = 400 })),
		row("status-code-fraction", "HTTP-2", "statusCode is 0.5", answers(false, func(x *exchange) { x.answer.body["statusCode"] = 0.5 })),
		row("status-code-capitalised", "HTTP-2", "the member is called StatusCode", answers(false, func(x *exchange) {
			delete(x.answer.body, "statusCode")
			x.answer.body["StatusCode"] = codeOK
		})),
		row("answer-is-an-array", "HTTP-2", "the answer to an operation is an array", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return "application/json", array(raw)
		})),
		row("answer-empty", "HTTP-2", "an accepted operation is answered with an empty body", writes(posted, func(*exchange, []byte) (string, []byte) {
			return "application/json", nil
		})),
		row("answer-as-text", "HTTP-3", "answers are declared text/plain", writes(posted, func(_ *exchange, raw []byte) (string, []byte) {
			return "text/plain", raw
		})),
		row("answer-as-html", "HTTP-3", "an accepted operation is answered with an HTML page", writes(posted, html)),
		row("get-as-text", "HTTP-3", "answers to GET are declared text/html", writes(got, func(_ *exchange, raw []byte) (string, []byte) {
			return "text/html", raw
		})),
		row("message-beside-success", "HTTP-4", "an answer with statusCode 0 has a statusMessage",
			answers(false, func(x *exchange) { x.answer.body["statusMessage"] = "OK" })),
		row("answer-cut-short", "HTTP-5", "the answer to Hold ends in the middle", func(h *hooks) {
			h.hangUp = append(h.hangUp, func(x *exchange) bool { return x.op == "Hold" && x.answer.err == nil })
		}),
	}
}

func errorFaults() []fault {
	return []fault{
		row("error-without-message", "ERR-1", "a refusal has no statusMessage", answers(true, func(x *exchange) { delete(x.answer.body, "statusMessage") })),
		row("error-with-extra-member", "ERR-1", "a refusal has a third member", answers(true, func(x *exchange) { x.answer.body["errorCode"] = "E42" })),
		row("error-as-success", "ERR-1", "a refusal of a wrong state is HTTP 409 with statusCode 0", answers(true, func(x *exchange) {
			if x.answer.err.code == codeState {
				x.answer.body = object{"statusCode": codeOK}
			}
		})),
		row("error-message-is-object", "ERR-1", "statusMessage is an object",
			answers(true, func(x *exchange) { x.answer.body["statusMessage"] = object{"text": x.answer.err.message} })),
		row("refused-but-done", "ERR-2", "an operation that is not offered is refused and done all the same", refusedButDone(func(*exchange) bool { return true })),
		row("error-always-internal", "ERR-3", "every refusal has statusCode 4", answers(true, func(x *exchange) {
			if x.answer.err.code != codeUnauthenticated {
				x.answer.body["statusCode"] = codeInternal
			}
		})),
		row("missing-parameter-as-not-found", "ERR-3", "a missing parameter is refused with statusCode 6", answers(true, func(x *exchange) {
			if x.answer.err.code == codeMissing {
				x.answer.body["statusCode"] = codeNotFound
			}
		})),
		row("wrong-state-as-permission", "ERR-3", "an operation in the wrong state is refused with statusCode 5", answers(true, func(x *exchange) {
			if x.answer.err.code == codeState {
				x.answer.body["statusCode"] = 5
			}
		})),
	}
}

func acceptFaults() []fault {
	return []fault{
		row("non-json-accepted", "ERR-5", "a body that is not JSON is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.body == nil && strings.HasSuffix(err.message, "is not JSON")
		})),
		row("array-body-accepted", "ERR-5", "a body that is an array is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.body == nil && strings.HasSuffix(err.message, "is not a JSON object")
		})),
		row("unknown-operation-accepted", "ERR-6", "an operation that does not exist is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.resource == "me/calls/*" && strings.HasPrefix(err.message, "Unknown operation")
		})),
		row("dial-whatever-is-asked", "ERR-6", "an operation that does not exist dials where Dial goes", arrives("", func(x *exchange) *apiError {
			if x.resource == "me/devices/*/calls" && x.op != "" {
				x.op = "Dial"
			}
			return nil
		})),
		row("missing-operation-accepted", "ERR-6", "a request without operationName is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.body != nil && x.op == "" && err.code == codeMissing
		})),
		row("missing-parameter-accepted", "ERR-7", "a request without a required parameter is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.op != "" && err.code == codeMissing
		})),
		row("wrong-typed-parameter-accepted", "ERR-8", "a parameter of the wrong type is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.op != "" && (err.code == codeInvalid || err.code == codeMissing) && anyMistyped(x.body)
		})),
		row("number-as-text-accepted", "ERR-14", "digits that are a number are answered 0", accepts("SendDtmf", mistyped("digits"))),
		row("malformed-refused-as-html", "ERR-15", "a body that is not JSON is refused by an HTML page", malformedAsHTML),
		row("list-of-one-accepted", "ERR-16", "a list of one is taken for what it holds", func(h *hooks) { h.arrive = append(h.arrive, unwrapLists) }),
		row("unknown-call-accepted", "ERR-9", "an operation on a call that does not exist is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.op != "" && notFoundAnd(unknown)(x, err)
		})),
		row("unknown-device-accepted", "ERR-9", "an operation on a device that does not exist is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.op != "" && err.code == codeNotFound && strings.HasPrefix(x.resource, "me/devices/*")
		})),
		row("unknown-path-accepted", "ERR-9", "a path that does not exist is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			_, known := resources[x.resource]
			return !known && err.code == codeNotFound
		})),
		row("delete-releases-call", "ERR-10", "DELETE of a call hangs it up", byMethod(http.MethodDelete, "Hangup")),
		row("put-holds-call", "ERR-10", "PUT of a call puts it on hold", byMethod(http.MethodPut, "Hold")),
		row("put-of-device-done", "ERR-10", "PUT of a device turns do-not-disturb on", byPut("me/devices/*", func(a *agent) { a.doNotDisturb = "On" })),
		row("put-of-channel-done", "ERR-10", "PUT of the voice channel makes the agent NotReady", byPut("me/channels/voice", func(a *agent) { a.userState = "NotReady" })),
		row("long-body-crashes", "ERR-12", "a body above 512 kB is answered with an HTML page and HTTP 500",
			crashOn(func(x *exchange) bool { return x.r.ContentLength > 512<<10 })),
		row("non-ascii-crashes", "ERR-12", "a parameter with other characters than ASCII is answered with an HTML page and HTTP 500",
			crashOn(func(x *exchange) bool { return !ascii(x.body) })),
	}
}

func posted(x *exchange) bool { return x.r.Method == http.MethodPost && x.answer.err == nil }
func got(x *exchange) bool    { return x.r.Method == http.MethodGet && x.answer.err == nil }

// writes replaces media type and body of some answers.
func writes(when func(*exchange) bool, f func(*exchange, []byte) (string, []byte)) func(*hooks) {
	return func(h *hooks) {
		h.write = append(h.write, func(x *exchange, out *written) {
			if when(x) {
				out.contentType, out.body = f(x, out.body)
			}
		})
	}
}

func html(*exchange, []byte) (string, []byte) {
	return "text/html", []byte("<html><body><h1>It works</h1></body></html>")
}

func crashOn(when func(*exchange) bool) func(*hooks) {
	return both(
		func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if when(x) {
					x.answer.status = http.StatusInternalServerError
				}
			})
		},
		writes(when, html),
	)
}

func ascii(v any) bool {
	for _, c := range encode(v) {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// anyMistyped is true of a body in which a known parameter has a wrong type.
func anyMistyped(body object) bool {
	for name, v := range body {
		_, isObject := v.(object)
		_, isText := v.(string)
		switch name {
		case "destination", "userData":
			if d, _ := v.(object); !isObject || name == "destination" && d["phoneNumber"] != nil && !textual(d["phoneNumber"]) {
				return true
			}
		case "digits", "key", "participant", "otherCallUri", "consultCallUri", "location", "operationName", "targetDeviceUri":
			if !isText {
				return true
			}
		}
	}
	return false
}

func textual(v any) bool {
	_, isText := v.(string)
	return isText
}

// refusedButDone does what is not offered, and refuses it.
func refusedButDone(when func(*exchange) bool) func(*hooks) {
	return both(
		arrives("", func(x *exchange) *apiError {
			l := x.agent.find(x.id)
			if x.resource != "me/calls/*" || l == nil || x.s.allowed(l, x.op) || !when(x) {
				return nil
			}
			x.force, x.stashed = true, wrongState("Operation %s is not allowed in state %s", x.op, l.state)
			return nil
		}),
		func(h *hooks) { h.answer = append(h.answer, failStashed) },
	)
}

// failStashed refuses what was done.
func failStashed(x *exchange) {
	if err, stashed := x.stashed.(*apiError); stashed && x.answer.err == nil {
		x.fail(err)
	}
}

// byPut changes an agent by PUT of a resource, and tells so, although the request is refused.
func byPut(resource string, change func(*agent)) func(*hooks) {
	return func(h *hooks) {
		h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
			if x.r.Method == http.MethodPut && x.resource == resource {
				change(x.agent)
				x.notes = append(x.notes, x.s.deviceNote(x.agent))
			}
			return err
		})
	}
}

// byMethod lets another method than POST act on a call; it is refused, as it
// should be.
func byMethod(method, op string) func(*hooks) {
	return func(h *hooks) {
		h.refused = append(h.refused, func(x *exchange, err *apiError) *apiError {
			if x.r.Method != method || x.resource != "me/calls/*" {
				return err
			}
			if l := x.agent.find(x.id); l != nil {
				_ = callOperations[op](x, l)
			}
			return err
		})
	}
}
