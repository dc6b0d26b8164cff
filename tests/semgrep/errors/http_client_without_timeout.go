package notify

func clients(request *http.Request, address string) {
	// ruleid: http-client-without-timeout-go
	a := http.Client{}
	// ruleid: http-client-without-timeout-go
	b := &http.Client{Transport: transport}
	// ruleid: http-client-without-timeout-go
	c := new(http.Client)
	// ok: http-client-without-timeout-go
	d := &http.Client{Timeout: 5 * time.Second}
	// ok: http-client-without-timeout-go
	e := http.Client{Transport: transport, Timeout: limit}
	// ok: http-client-without-timeout-go
	f := &http.Client{Transport: transport}
	f.Timeout = 5 * time.Second
	// ok: http-client-without-timeout-go
	g := &http.Client{}
	g.Timeout = 5 * time.Second
	// ruleid: http-client-without-timeout-go
	h := &http.Client{}
	h.Transport = transport
	// ruleid: http-client-without-timeout-go-default
	http.Get(address)
	// ruleid: http-client-without-timeout-go-default
	http.Post(address, "application/json", body)
	// ruleid: http-client-without-timeout-go-default
	http.PostForm(address, values)
	// ruleid: http-client-without-timeout-go-default-do
	http.DefaultClient.Do(request)
	// ok: http-client-without-timeout-go-default
	d.Get(address)
}

func bounded(parent context.Context, address string) {
	ctx, cancel := context.WithTimeout(parent, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	// ok: http-client-without-timeout-go-default-do
	http.DefaultClient.Do(request)
}
