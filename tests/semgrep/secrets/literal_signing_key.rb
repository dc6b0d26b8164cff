# ruleid: literal-signing-key-ruby
token = JWT.encode(payload, "not-a-real-key", "HS256")
# ruleid: literal-signing-key-ruby
digest = OpenSSL::HMAC.hexdigest("SHA256", "not-a-real-key", body)
# ruleid: literal-signing-key-ruby
box = ActiveSupport::MessageEncryptor.new("not-a-real-key-not-a-real-key-32")
# ok: literal-signing-key-ruby
token = JWT.encode(payload, Rails.application.credentials.jwt_key, "HS256")
# ok: literal-signing-key-ruby
digest = OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("HOOK_SECRET"), body)
# ok: literal-signing-key-ruby
token = JWT.encode(payload, nil, "none")
