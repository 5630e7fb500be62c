package voiceapi

import (
	"fmt"
	"net/http"
	"net/url"
)

// followRedirect lets reads go on within the same origin. A request that
// changes something is never sent again, and credentials go to no other host.
func followRedirect(next *http.Request, via []*http.Request) error {
	first := via[0]
	reads := first.Method == http.MethodGet || first.Method == http.MethodHead
	if !reads || !sameOrigin(first.URL, next.URL) || len(via) > maxRedirects {
		return http.ErrUseLastResponse
	}
	return nil
}

func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && a.Hostname() == b.Hostname() && port(a) == port(b)
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// redirectFault is for an answer that is still a redirect.
func redirectFault(resp *http.Response) *Fault {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	fault := &Fault{Kind: FaultRedirect}
	to, err := resp.Location()
	switch {
	case err != nil:
		fault.Text = fmt.Sprintf("the answer is a redirect (HTTP %d) to nowhere", resp.StatusCode)
	case !sameOrigin(resp.Request.URL, to):
		fault.Text = fmt.Sprintf("the answer is a redirect (HTTP %d) to %s, which is not followed", resp.StatusCode, to.Scheme+"://"+to.Host)
	case resp.Request.Method == http.MethodGet || resp.Request.Method == http.MethodHead:
		fault.Text = fmt.Sprintf("more than %d redirects", maxRedirects)
	default:
		fault.Text = fmt.Sprintf("a %s is answered with a redirect (HTTP %d) within %s, which is not followed",
			resp.Request.Method, resp.StatusCode, to.Host)
	}
	fault.Text = printable(fault.Text, 300)
	return fault
}

// setOnTheWay are the Set-Cookie headers of the redirects that led to a response: who followed them has those cookies, too.
func setOnTheWay(resp *http.Response) []string {
	var out []string
	for r := resp.Request.Response; r != nil; r = r.Request.Response {
		out = append(out, r.Header.Values("Set-Cookie")...)
	}
	return out
}
