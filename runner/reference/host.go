package reference

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// hosts are the names that the server answers to. One that listens on a
// loopback address is meant for programs of its own machine, but a page in a
// browser there can reach it too, by a name of its own that it lets point to
// 127.0.0.1 (DNS rebinding). Such a request names the page's host.
type hosts struct {
	guarded bool
	known   map[string]bool
}

// newHosts looks at the address that was asked for and the one that it became.
func newHosts(asked string, bound net.Addr, more []string) hosts {
	h := hosts{known: map[string]bool{"localhost": true}}
	if tcp, is := bound.(*net.TCPAddr); is {
		h.guarded = tcp.IP.IsLoopback()
	}
	for _, name := range append([]string{asked, bound.String()}, more...) {
		h.known[hostOf(name)] = true
	}
	return h
}

// answers reports whether a request for the host is for this server. HTTP/1.0
// needs no host, and no browser speaks it.
func (h *hosts) answers(host string) bool {
	if !h.guarded || host == "" {
		return true
	}
	name := hostOf(host)
	if ip, err := netip.ParseAddr(name); err == nil && ip.Unmap().IsLoopback() {
		return true
	}
	return h.known[name]
}

// from reports whether a page that opens a WebSocket is of such a host, too.
// Browsers send the origin, other clients seldom.
func (h *hosts) from(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if !h.guarded || origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && h.answers(u.Host)
}

// hostOf is the name of a host without port, brackets and letter case.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(address, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// refuseHost answers a request for another host.
func (s *Server) refuseHost(w http.ResponseWriter, r *http.Request) {
	host := hostOf(r.Host)
	s.warnings.say("host", "a request for the host %.100q was refused with HTTP 421, since the server listens on a loopback address; "+
		"--allow-host lets it answer for further hosts", host)
	body := encode(object{"statusCode": codeForbidden, "statusMessage": fmt.Sprintf(
		"This server listens on a loopback address and does not answer for the host %.100q; --allow-host lets it", host)})
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	s.bindAnswer(w)
	w.WriteHeader(http.StatusMisdirectedRequest)
	_, _ = w.Write(body)
}
