class Invoice
  def notify
    Mailer.invoice(self).deliver_now
  # ruleid: empty-rescue
  rescue
  end

  def remind
    Mailer.reminder(self).deliver_now
  # ruleid: empty-rescue
  rescue StandardError => e
  end

  def pay
    gateway.pay(self)
  # ok: empty-rescue
  rescue StandardError => e
    logger.error(e)
  end

  def number
    Integer(text)
  # ok: empty-rescue
  rescue ArgumentError
  end
end
