package reference

import (
	"net/http"
	"slices"
	"strings"
)

// faultsSecurity break credentials and the wall between agents.
func faultsSecurity() []fault {
	return slices.Concat(loginCheckFaults(), wallFaults(), strangerFaults(), tokenFaults())
}

// anybody lets in who says nothing of himself, at some resources: as whose device it is, or as the first agent.
func anybody(method, below string) func(*hooks) {
	return func(h *hooks) {
		h.open = append(h.open, func(s *Server, r *http.Request) *agent {
			if r.Header.Get("Authorization") != "" || r.Method != method || !strings.Contains(r.URL.Path, below) {
				return nil
			}
			if i := slices.IndexFunc(s.agents, func(a *agent) bool { return strings.Contains(r.URL.Path, a.DeviceID) }); i >= 0 {
				return s.agents[i]
			}
			return s.agents[0]
		})
	}
}

func loginCheckFaults() []fault {
	return []fault{
		row("credentials-not-needed", "AUTH-1", "a request without credentials is served as the first agent", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				if r.Header.Get("Authorization") == "" && !bayeuxPath(s, r) {
					return s.agents[0]
				}
				return nil
			})
		}),
		row("credentials-not-needed-to-read", "AUTH-1", "a GET without credentials is served as the first agent", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				if r.Header.Get("Authorization") == "" && r.Method == http.MethodGet && !bayeuxPath(s, r) {
					return s.agents[0]
				}
				return nil
			})
		}),
		row("credentials-not-needed-at-devices", "AUTH-1", "a device is read without credentials", anybody(http.MethodGet, "/me/devices/")),
		row("credentials-not-needed-at-channels", "AUTH-1", "what is posted to a channel without credentials is done for the first agent",
			anybody(http.MethodPost, "/me/channels/")),
		row("credentials-not-needed-for-calls", "AUTH-1", "GET of calls without credentials is served as the first agent", anybody(http.MethodGet, "/me/calls")),
		row("wrong-password-accepted", "AUTH-2", "a wrong password is accepted", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				user, _, _ := r.BasicAuth()
				for _, a := range s.agents {
					if a.User == user {
						return a
					}
				}
				return nil
			})
		}),
		row("unknown-user-accepted", "AUTH-2", "an unknown user is served as the first agent", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				user, _, given := r.BasicAuth()
				for _, a := range s.agents {
					if a.User == user {
						return nil
					}
				}
				if given {
					return s.agents[0]
				}
				return nil
			})
		}),
	}
}

func wallFaults() []fault {
	return []fault{
		row("refusal-of-credentials-is-html", "AUTH-3", "refused credentials are answered with an HTML page", writes(refusedCredentials, html)),
		row("refusal-of-credentials-with-other-code", "AUTH-3", "refused credentials are answered with statusCode 5", func(h *hooks) {
			h.answer = append(h.answer, func(x *exchange) {
				if refusedCredentials(x) {
					x.answer.body["statusCode"] = 5
				}
			})
		}),
		row("cookie-not-honoured", "AUTH-4", "the session cookie alone authenticates nothing", func(h *hooks) { h.ignoresCookie = true }),
		row("csrf-not-enforced", "AUTH-5", "a GET brings a CSRF token, and a POST without it is served", func(h *hooks) { h.csrf, h.csrfIgnored = true, true }),
		row("csrf-refusal-with-effect", "AUTH-5", "a POST without its CSRF token is refused, and done", func(h *hooks) { h.csrf, h.csrfDone = true, true }),
		row("bayeux-without-credentials", "AUTH-6", "a Bayeux handshake without credentials gets a session", func(h *hooks) { h.bayeux.open = true }),
		row("foreign-call-operable", "AUTH-7", "an agent can operate the calls of others", arrives("", func(x *exchange) *apiError {
			if x.resource == "me/calls/*" {
				return asOwner(x)
			}
			return nil
		})),
		row("foreign-call-hangup", "AUTH-7", "an agent can hang up the calls of others", arrives("Hangup", asOwner)),
		row("former-party-operates", "AUTH-7", "who was a party of a call can operate it as long as it goes on", arrives("", asFormer)),
		row("former-party-sends-dtmf", "AUTH-7", "who was a party of a call can send digits in it", arrives("SendDtmf", asFormer)),
		row("former-party-attaches-data", "AUTH-7", "who was a party of a call can attach user data to it", arrives("AttachUserData", asFormer)),
		row("former-party-deletes-data", "AUTH-7", "who was a party of a call can delete its user data", arrives("DeleteUserData", asFormer)),
		row("removed-party-operates", "AUTH-7", "who was removed from a conference can operate it", removedOperates),
		row("foreign-call-accepted", "AUTH-7", "an operation on a call of others is answered 0", accepts("", func(x *exchange, err *apiError) bool {
			return x.op != "" && notFoundAnd(foreign)(x, err)
		})),
		row("foreign-call-readable", "AUTH-8", "an agent can read the calls of others", func(h *hooks) {
			h.lookup = append(h.lookup, func(x *exchange, l *leg) *leg {
				if owner := x.ownerOf(); l == nil && owner != nil {
					return owner.find(x.id)
				}
				return l
			})
		}),
		row("foreign-calls-listed", "AUTH-8", "the list of calls has the calls of others", func(h *hooks) {
			h.list = append(h.list, func(x *exchange, list []object) []object {
				for _, a := range x.s.agents {
					for _, l := range a.legs {
						if x.agent.find(l.id) == nil {
							list = append(list, x.s.renderCall(l))
						}
					}
				}
				return list
			})
		}),
	}
}

// removedOperates lets those in who were removed.
func removedOperates(h *hooks) {
	type party struct {
		who *agent
		id  string
	}
	removed := map[party]bool{}
	onNotes("RemoveParticipantFromConference", func(x *exchange, notes []*note) []*note {
		for _, n := range notes {
			if n.leg != nil && n.state == released && n.to != x.agent && len(removed) < 1000 {
				removed[party{n.to, n.leg.id}] = true
			}
		}
		return notes
	})(h)
	arrives("", func(x *exchange) *apiError {
		if x.resource == "me/calls/*" && removed[party{x.agent, x.id}] {
			return asOwner(x)
		}
		return nil
	})(h)
}

// strangerFaults let somebody in who has no part in a call, one operation each: in some it is done, in others only answered so.
func strangerFaults() []fault {
	var out []fault
	for _, op := range []string{
		"Answer", "Hold", "Retrieve", "SendDtmf", "AttachUserData", "UpdateUserData", "DeleteUserData", "MuteCall", "UnmuteCall", "StartCallRecording",
		"PauseCallRecording", "ResumeCallRecording", "StopCallRecording", "InitiateTransfer", "InitiateConference", "SingleStepTransfer",
		"SingleStepConference", "CompleteTransfer", "CompleteConference",
	} {
		out = append(out, row("stranger-"+strings.ToLower(op), "AUTH-7", op+" of a call of others is done for anybody", arrives(op, asOwner)))
	}
	for _, op := range []string{"SwapCalls", "DeleteUserDataPair", "RemoveParticipantFromConference"} {
		out = append(out, row("stranger-"+strings.ToLower(op)+"-accepted", "AUTH-7", op+" of a call of others is answered 0", accepts(op, notFoundAnd(foreign))))
	}
	for _, op := range []string{"DoNotDisturbOn", "DoNotDisturbOff", "ForwardCallsOn", "ForwardCallsOff"} {
		out = append(out, row("stranger-"+strings.ToLower(op)+"-accepted", "DEVICE-14", op+" of another agent's device is answered 0",
			accepts(op, func(x *exchange, err *apiError) bool {
				return err.code == codeNotFound && strings.HasPrefix(x.resource, "me/devices/*") && x.s.agentByDevice(x.id) != nil
			})))
	}
	return out
}

// tokenFaults take the wrong token or the wrong password.
func tokenFaults() []fault {
	user := func(s *Server, name string) *agent {
		for _, a := range s.agents {
			if a.User == name {
				return a
			}
		}
		return nil
	}
	given := func(fits func(wanted, password string) bool) func(*hooks) {
		return func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				name, password, _ := r.BasicAuth()
				if a := user(s, name); a != nil && password != "" && fits(a.Password, password) {
					return a
				}
				return nil
			})
		}
	}
	return []fault{
		row("csrf-token-of-anybody", "AUTH-5", "a POST with the CSRF token of another agent's session is served", func(h *hooks) {
			h.csrf, h.csrfOfAnybody = true, true
		}),
		row("csrf-token-empty", "AUTH-5", "a POST with an empty CSRF token is served", func(h *hooks) { h.csrf, h.csrfEmpty = true, true }),
		row("session-end-keeps-cookie-for-posts", "SESSION-7", "after EndContactCenterSession the cookie authenticates what is posted", endedCookie(postedToREST)),
		row("session-end-keeps-cookie-for-bayeux", "SESSION-7", "after EndContactCenterSession the cookie opens a Bayeux session", endedCookie(bayeuxPath)),
		row("session-end-drops-the-cookie-alone", "SESSION-7", "EndContactCenterSession has the client forget its cookie, which authenticates as before", both(
			func(h *hooks) { h.keepCookies = true },
			answers(false, func(x *exchange) {
				if x.op == "EndContactCenterSession" {
					x.answer.header.Add("Set-Cookie", sessionCookie+"=; Path=/; Max-Age=0")
				}
			}))),
		row("password-cut", "AUTH-2", "the beginning of a password is taken for it", given(strings.HasPrefix)),
		row("password-longer", "AUTH-2", "what stands behind a password is not looked at", given(func(wanted, password string) bool {
			return strings.HasPrefix(password, wanted)
		})),
		row("password-of-somebody", "AUTH-2", "the password of any agent opens the account of any", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				name, password, _ := r.BasicAuth()
				for _, a := range s.agents {
					if a.Password == password {
						return user(s, name)
					}
				}
				return nil
			})
		}),
		row("password-in-another-case", "AUTH-6", "upper and lower case of a password are the same", given(strings.EqualFold)),
		row("cookie-beside-wrong-password", "AUTH-9", "a wrong password is not looked at beside a session cookie", func(h *hooks) {
			h.open = append(h.open, func(s *Server, r *http.Request) *agent {
				if hs := s.http.get(r); hs != nil && !bayeuxPath(s, r) {
					return hs.agent
				}
				return nil
			})
		}),
	}
}

func refusedCredentials(x *exchange) bool {
	return x.answer.err != nil && x.answer.err.code == codeUnauthenticated
}

func bayeuxPath(s *Server, r *http.Request) bool {
	n := len(s.base() + "/notifications")
	return len(r.URL.Path) >= n && r.URL.Path[:n] == s.base()+"/notifications"
}

// endedCookie serves some of what comes with the cookie of a session that was ended.
func endedCookie(what func(*Server, *http.Request) bool) func(*hooks) {
	return func(h *hooks) {
		h.open = append(h.open, func(s *Server, r *http.Request) *agent {
			if hs := s.http.ended(r); hs != nil && what(s, r) && r.Header.Get("Authorization") == "" {
				return hs.agent
			}
			return nil
		})
	}
}

func postedToREST(s *Server, r *http.Request) bool {
	return r.Method == http.MethodPost && !bayeuxPath(s, r)
}

// asFormer carries out an operation of a call that goes on without its person.
func asFormer(x *exchange) *apiError {
	if x.resource == "me/calls/*" && over(x) {
		return asOwner(x)
	}
	return nil
}
