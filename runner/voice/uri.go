package voice

import (
	"net/url"
	"strings"
)

// APIRoot is what the paths of all resources are below.
const APIRoot = "/api/v2"

// IsURIOf reports whether a text is the absolute URI of a resource: of http or https, with a host, and with the
// resource's path below the API, as it is or escaped. Which host it names, and what stands before /api/v2, is the server's
// own affair.
func IsURIOf(uri, path string) bool {
	u, err := url.Parse(uri)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" &&
		(strings.HasSuffix(uri, APIRoot+path) || strings.HasSuffix(unescaped(uri), APIRoot+path))
}

// unescaped is a text without escapes; as it is, where a percent sign in it begins none.
func unescaped(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// CallPath and DevicePath are the paths of an agent's call and of a device in URIs: a device is not below /me.
func CallPath(id string) string { return "/me/calls/" + id }

// DevicePath is the path of a device in URIs.
func DevicePath(id string) string { return "/devices/" + id }

// ShortCallPath is the path of a call in path and parentCallPath.
func ShortCallPath(id string) string { return "/calls/" + id }

// IsShortPathOf reports whether a text is that path, as it is or escaped.
func IsShortPathOf(text, id string) bool {
	return text == ShortCallPath(id) || unescaped(text) == ShortCallPath(id)
}
