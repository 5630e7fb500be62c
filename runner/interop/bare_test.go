package interop_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"testing"

	"github.com/voicespec/voicespec/runner/config"
)

// bare is a client that does what must be done for a transfer and nothing more: it judges nothing, and records nothing.
type bare struct {
	b      testing.TB
	url    string
	cast   config.Station
	device string
	http   map[string]*http.Client
	client string // id of the Bayeux session
	calls  chan bareCall
}

type bareCall struct{ ID, State string }

func newBare(b testing.TB, target *config.Target, station int) *bare {
	b.Helper()
	c := &bare{b: b, url: target.URL + "/api/v2", cast: target.Stations[station-1], http: map[string]*http.Client{}, calls: make(chan bareCall, 100)}
	for _, role := range config.Roles {
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.Fatal(err)
		}
		c.http[role] = &http.Client{Jar: jar, Transport: &http.Transport{}}
		c.post(role, "/me", `{"operationName":"StartContactCenterSession","channels":["voice"]}`, nil)
	}
	var me struct{ Devices []struct{ ID string } }
	c.do("caller", http.MethodGet, "/me/devices?fields=*", "", &me)
	c.device = me.Devices[0].ID
	var shaken []struct{ ClientID string }
	c.post("agent", "/notifications", `[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"],"id":"1"}]`, &shaken)
	c.client = shaken[0].ClientID
	c.post("agent", "/notifications", fmt.Sprintf(`[{"channel":"/meta/subscribe","subscription":"/v2/me/calls","clientId":%q,"id":"2"}]`, c.client), nil)
	return c
}

func (c *bare) post(role, path, body string, to any) { c.do(role, http.MethodPost, path, body, to) }

func (c *bare) do(role, method, path, body string, to any) {
	p := c.cast.Party(role)
	r, err := http.NewRequestWithContext(c.b.Context(), method, c.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		c.b.Error(err)
		return
	}
	r.SetBasicAuth(p.User, p.Password)
	r.Header.Set("Content-Type", "application/json; charset=UTF-8")
	answer, err := c.http[role].Do(r)
	if err != nil {
		c.b.Error(err)
		return
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err == nil && to != nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		c.b.Error(err)
	}
}

// next is the next notified call, for which is polled.
func (c *bare) next() bareCall {
	for len(c.calls) == 0 && !c.b.Failed() {
		var batch []struct{ Data struct{ Call bareCall } }
		c.post("agent", "/notifications", fmt.Sprintf(`[{"channel":"/meta/connect","connectionType":"long-polling","clientId":%q,"id":"3"}]`, c.client), &batch)
		for _, m := range batch {
			if m.Data.Call.ID != "" {
				c.calls <- m.Data.Call
			}
		}
	}
	if c.b.Failed() {
		return bareCall{}
	}
	return <-c.calls
}

func (c *bare) transfer() {
	c.post("caller", "/me/devices/"+c.device+"/calls", fmt.Sprintf(`{"operationName":"Dial","destination":{"phoneNumber":%q}}`, c.cast.Agent.Number), nil)
	original := c.next()
	c.post("agent", "/me/calls/"+original.ID, `{"operationName":"Answer"}`, nil)
	c.next()
	c.post("agent", "/me/calls/"+original.ID,
		fmt.Sprintf(`{"operationName":"InitiateTransfer","destination":{"phoneNumber":%q}}`, c.cast.Destination.Number), nil)
	consult := c.next()
	if other := c.next(); consult.ID == original.ID {
		consult = other
	}
	c.post("agent", "/me/calls/"+consult.ID, `{"operationName":"CompleteTransfer"}`, nil)
	c.next()
	c.next()
	c.post("caller", "/me/calls/"+original.ID, `{"operationName":"Hangup"}`, nil)
}

func (c *bare) close() {
	c.post("agent", "/notifications", fmt.Sprintf(`[{"channel":"/meta/disconnect","clientId":%q,"id":"4"}]`, c.client), nil)
	for _, x := range c.http {
		x.CloseIdleConnections()
	}
}
