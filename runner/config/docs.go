package config

import (
	_ "embed"
	"fmt"
	"reflect"
	"strings"
)

//go:generate go test -run ^TestDocsAreUpToDate$ . -args -update

//go:embed example.yaml
var example string

// Example is the commented target file that `voicespec init` writes.
func Example() string { return example }

const docsHead = `# The target file

<!-- Generated from runner/config by go generate. Do not edit. -->

The target file says which server is tested, with whom, and how patiently. It is YAML,
` + "`voicespec.yaml`" + ` in the working folder unless ` + "`--config FILE`" + ` names another.
` + "`voicespec init`" + ` writes one to start from, ` + "`voicespec doctor`" + ` tries it out.

- ` + "`${NAME}`" + ` in any value is replaced by the environment variable of that name; an unset
  variable is an error. ` + "`$${`" + ` stands for ` + "`${`" + ` itself.
- An unknown key is an error, with its line and the key that was probably meant.
- Numbers may stand without quotes; leading zeros are kept.
- All numbers, and all users, are different, within a station and over all stations.
- Anchors, aliases, merge keys and tags are not part of the format.
- A slash or an ` + "`/api/v2`" + ` at the end of the address is cut off; user, password, query and
  fragment in it are errors.

`

// Markdown is docs/target-file.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString(docsHead)
	section(&b, "Keys", reflect.TypeFor[Target]())
	section(&b, "stations: one entry", reflect.TypeFor[Station]())
	b.WriteString("Agent and caller need `user`, `password` and `number`, the destination only `number`, and a caller with `sip` or `command` no user.\n\n")
	section(&b, "agent, caller, destination", reflect.TypeFor[Party]())
	section(&b, "phone", reflect.TypeFor[Phone]())
	section(&b, "sip, at the top", reflect.TypeFor[SIP]())
	b.WriteString("More of telephones: [telephones.md](telephones.md).\n\n")
	section(&b, "capabilities", reflect.TypeFor[Offers]())
	section(&b, "budgets", reflect.TypeFor[Budgets]())
	section(&b, "tls", reflect.TypeFor[TLS]())
	b.WriteString("## Example\n\nWhat `voicespec init` writes; further ones are in `fixtures/targets/`.\n\n```yaml\n")
	b.WriteString(example)
	b.WriteString("```\n")
	return b.String()
}

func section(b *strings.Builder, title string, t reflect.Type) {
	fmt.Fprintf(b, "## %s\n\n| key | form | default | meaning |\n|---|---|---|---|\n", title)
	for f := range t.Fields() {
		key := f.Tag.Get("yaml")
		if key == "-" {
			continue
		}
		fallback := f.Tag.Get("default")
		if f.Tag.Get("need") != "" {
			fallback = "*needed*"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", key, form(f.Type), fallback, strings.ReplaceAll(f.Tag.Get("doc"), "|", `\|`))
	}
	b.WriteString("\n")
}

func form(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Struct:
		return "mapping"
	case t.Kind() == reflect.Bool:
		return "true, false"
	case t.Kind() == reflect.Int:
		return "number"
	}
	return "text"
}
