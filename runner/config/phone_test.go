package config

import (
	"fmt"
	"strings"
	"testing"
)

// phoneFile is a target file whose agent has a telephone.
func phoneFile(phone string) []byte {
	return []byte("target: http://h:1\nstations:\n  - agent: {user: a, password: p, number: 1, phone: " + phone +
		"}\n    caller: {user: c, password: p, number: 2}\n    destination: {number: 3}\n")
}

func TestPhone(t *testing.T) {
	lookup := func(name string) (string, bool) { return "phone-" + name, true }
	p := &source{file: "t.yaml"}
	target, err := p.parse(phoneFile(`{registrar: "sip.example.com:5070", user: 9, password: "${SECRET}", transport: tcp, answer: never}`), lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	got := target.Stations[0].Agent
	if want := (Phone{Registrar: "sip.example.com:5070", User: "9", Password: "phone-SECRET", Transport: "tcp", Answer: Never}); got.Phone != want || !got.HasPhone() {
		t.Errorf("%#v", got.Phone)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", got.Phone, got.Phone, got.Phone), fmt.Sprintf("%v %+v %#v", got, got, got), fmt.Sprint(target)} {
		if strings.Contains(text, "SECRET") {
			t.Errorf("the password shows: %s", text)
		}
	}
	list, err := settings(phoneFile(`{registrar: h, password: "${SECRET}"}`), "t.yaml", lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if strings.Contains(s.Value, "SECRET") {
			t.Errorf("%s shows the password", s.Key)
		}
	}
	for phone, want := range map[string]string{
		`{user: x}`:                    "phone without registrar",
		`{registrar: h, transport: x}`: "it is udp, tcp, tls",
		`{registrar: h, answer: nvr}`:  "it is talk, auto, never",
		`{registrar: "h/x"}`:           "no SIP address has",
	} {
		if _, err := (&source{file: "t.yaml"}).parse(phoneFile(phone), lookup, Overrides{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", phone, err)
		}
	}
}

func TestCommand(t *testing.T) {
	file := func(caller string) []byte {
		return []byte("target: http://h:1\nstations:\n  - agent: {user: a, password: p, number: 1}\n    caller: " + caller + "\n    destination: {number: 3}\n")
	}
	lookup := func(string) (string, bool) { return "", false }
	target, err := (&source{file: "t.yaml"}).parse(file(`{number: 2, command: [./call.sh, "{number}"]}`), lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	if p := target.Stations[0].Caller; !p.FromOutside() || p.Controlled() || len(p.Command) != 2 {
		t.Errorf("%#v", p)
	}
	target, err = (&source{file: "t.yaml"}).parse(file(`{number: 2, sip: {registrar: h, password: p}}`), lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	if p := target.Stations[0].Caller; !p.FromOutside() || !p.HasPhone() || p.Telephone() != p.SIP || strings.Contains(fmt.Sprintf("%#v", p), "pass") {
		t.Errorf("%#v", p)
	}
	for caller, want := range map[string]string{
		`{number: 2, command: [x], user: c}`:                    "a user or password",
		`{number: 2, command: [""]}`:                            "without a program",
		`{number: 2, command: [x], phone: {registrar: h}}`:      "keep one of them",
		`{number: 2, command: [x], dials: 8, answer: whenever}`: "it is auto",
		`{number: 2, command: [x], sip: {registrar: h}}`:        "keep one of them",
		`{number: 2, sip: {user: x}}`:                           "sip: without registrar",
		`{number: 2, sip: {registrar: h, answer: talk}}`:        "it is auto, none",
		`{number: 2, sip: {registrar: h}, password: x}`:         "a user or password",
		`{number: 2, sip: {registrar: h}, phone: {user: x}}`:    "keep one of them",
	} {
		if _, err := (&source{file: "t.yaml"}).parse(file(caller), lookup, Overrides{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", caller, err)
		}
	}
}

// TestTelephonesInCommon is what stands once for all telephones.
func TestTelephonesInCommon(t *testing.T) {
	file := func(sip, agent, caller string) []byte {
		return []byte("target: http://h:1\nsip: " + sip + "\nstations:\n  - agent: {user: a, password: p, number: 1" + agent + "}\n    caller: {number: 2" + caller +
			"}\n    destination: {number: 3}\n")
	}
	lookup := func(string) (string, bool) { return "", false }
	data := file("{registrar: sip.example.com, transport: tcp, silence: true}", `, phone: {password: x}`, `, sip: {registrar: other.example.com, transport: udp}`)
	target, err := (&source{file: "t.yaml"}).parse(data, lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	s := target.Stations[0]
	if want := (Phone{Registrar: "sip.example.com", Password: "x", Transport: "tcp", Silence: true}); s.Agent.Phone != want || !s.Agent.HasPhone() {
		t.Errorf("%#v", s.Agent.Phone)
	}
	if want := (Phone{Registrar: "other.example.com", Transport: "udp", Silence: true}); s.Caller.SIP != want || s.Destination.HasPhone() {
		t.Errorf("%#v, %#v", s.Caller.SIP, s.Destination)
	}
	list, err := settings(data, "t.yaml", lookup, Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]Setting{}
	for _, s := range list {
		shown[s.Key] = s
	}
	if s := shown["stations.0.agent.phone.registrar"]; s.Value != "sip.example.com" || s.Origin == "default" || s.Origin != shown["sip.registrar"].Origin {
		t.Errorf("%+v", s)
	}
	for want, data := range map[string][]byte{
		`did you mean "registrar"`:    file("{registar: h}", `, phone: {password: x}`, `, sip: {user: 2}`),
		"it is udp, tcp, tls":         file("{transport: sctp}", `, phone: {registrar: h}`, `, sip: {registrar: h}`),
		"nobody has one":              file("{registrar: h}", ``, `, command: [x]`),
		"there or to sip: at the top": file("{transport: tcp}", `, phone: {password: x}`, `, sip: {registrar: h}`),
	} {
		if _, err := Parse(data, "t.yaml", lookup, Overrides{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
