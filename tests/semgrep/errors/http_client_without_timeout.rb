module Notify
  def self.push(url, key, body)
    # ruleid: http-client-without-timeout-ruby
    client = HTTP.auth("Bearer #{key}").headers(accept: "application/json")
    client.post(url, json: body)
  rescue HTTP::Error => e
    raise Unreachable, e.message
  end

  def self.direct(url)
    # ruleid: http-client-without-timeout-ruby
    HTTP.get(url).parse
  end

  def self.bounded(url, key)
    # ok: http-client-without-timeout-ruby
    HTTP.timeout(10).auth("Bearer #{key}").get(url)
  end

  def self.bounded_late(url, key)
    # ok: http-client-without-timeout-ruby
    HTTP.auth("Bearer #{key}").timeout(connect: 2, read: 5).get(url)
  end

  def self.bounded_later(url, key)
    # ok: http-client-without-timeout-ruby
    client = HTTP.auth("Bearer #{key}")
    client = client.timeout(5)
    client.get(url)
  end

  def self.standard(uri)
    # ok: http-client-without-timeout-ruby
    Net::HTTP.get(uri)
  end
end
