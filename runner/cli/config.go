package cli

import (
	"fmt"

	"github.com/voicespec/voicespec/runner/config"
)

type configCmd struct {
	Show configShowCmd `cmd:"" help:"Print each effective value of the target file and where it came from; passwords are cut out."`
}

type configShowCmd struct {
	targetFlags
	JSON bool `name:"json" help:"Print JSON: [{key, value, origin}]."`
}

// setting is one in JSON.
type setting struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Run shows what a run would use.
func (c *configShowCmd) Run(p *Program) error {
	path := c.file()
	if path == "" {
		return usagef("there is no target file here; name one with --config FILE, or write one with `voicespec init`")
	}
	all, err := config.Settings(path, config.Overrides{URL: c.Target, Transport: string(c.Transport)})
	if err != nil {
		return err
	}
	var rows []setting
	for _, s := range all {
		rows = append(rows, setting(s))
	}
	if c.JSON {
		return printJSON(p.Stdout, rows)
	}
	if err := table(p.Stdout, []string{"KEY", "VALUE", "FROM"}, len(rows), func(i int) []string { return []string{rows[i].Key, rows[i].Value, rows[i].Origin} }); err != nil {
		return fmt.Errorf("print the settings: %w", err)
	}
	return nil
}
