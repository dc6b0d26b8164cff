// ruleid: http-client-imported
import axios from "axios";

// ruleid: http-client-without-timeout-axios
axios.get("https://rates.example.com");
// ruleid: http-client-without-timeout-axios
axios.post("https://rates.example.com", body);
// ruleid: http-client-without-timeout-axios
axios({ url: "https://rates.example.com" });
// ok: http-client-without-timeout-axios
axios.get("https://rates.example.com", { timeout: 5000 });
// ok: http-client-without-timeout-axios
axios({ url: "https://rates.example.com", signal });
// ruleid: http-client-without-timeout-fetch
fetch("https://rates.example.com");
// ok: http-client-without-timeout-fetch
fetch("https://rates.example.com", { signal: AbortSignal.timeout(5000) });
// ok: http-client-without-timeout-fetch
fetch("/api/rates");
// ok: http-client-without-timeout-fetch
fetch(`${API}/login`, { method: "POST", credentials: "include" });
// ruleid: http-client-without-timeout-fetch
fetch(`${API}/login`, { method: "POST" });
// ruleid: http-client-timeout-set
axios.defaults.timeout = 5000;

async function options(given) {
  // ok: http-client-without-timeout-axios
  await axios(given);
  const bounded = { url: "https://rates.example.com", timeout: 5000 };
  // ok: http-client-without-timeout-axios
  await axios(bounded);
  const waiting = { url: "https://rates.example.com" };
  // ruleid: http-client-without-timeout-axios
  await axios(waiting);
  // ruleid: http-client-without-timeout-axios
  await axios.post("https://rates.example.com", given, waiting);
}
