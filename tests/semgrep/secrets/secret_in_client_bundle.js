// ruleid: secret-in-client-bundle-name
const a = process.env.NEXT_PUBLIC_STRIPE_SECRET_KEY;
// ruleid: secret-in-client-bundle-name
const b = import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY;
// ruleid: secret-in-client-bundle-name
const c = process.env.REACT_APP_DB_PASSWORD;
// ok: secret-in-client-bundle-name
const d = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY;
// ok: secret-in-client-bundle-name
const e = process.env.STRIPE_SECRET_KEY;
// ok: secret-in-client-bundle-name
const f = import.meta.env.VITE_DEMO_PASSWORD;
