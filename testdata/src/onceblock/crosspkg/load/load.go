// Package load loads.
package load

import (
	"context"
	"net/http"
)

// From loads from a URL.
func From(url string) (*http.Response, error) { return http.Get(url) }

// With loads until ctx ends.
func With(ctx context.Context, url string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		return nil, err
	}
	return http.DefaultClient.Do(req)
}

// Default loads nothing.
func Default() string { return "default" }
