// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "protocol/send/sender_parts.hpp"
#include "protocol/send/stream_headers.hpp"

namespace mcast::protocol {

/// Sends at the sender's rate: messages that are due, then repairs, then new data. The parts
/// outlive it.
class SenderOutput {
  public:
    explicit SenderOutput(SenderParts& parts);

    /// Fills `out` with what is due now; false: nothing is.
    [[nodiscard]] bool poll(Time now, Transmit& out);
    /// The time when the next data may leave, or the digests that are sent at its rate. kNever:
    /// there is nothing of either, or data does not flow.
    [[nodiscard]] Time next() const;
    /// The first pass is over, by the last symbol or by the end of a stream.
    void on_all_new_sent();

  private:
    void pass_zeros();
    [[nodiscard]] bool new_data_waits() const;
    bool poll_control(Time now, Transmit& out);
    bool poll_application(Time now, Transmit& out);
    bool poll_data(Time now, Transmit& out);
    bool poll_flush(Time now, Transmit& out);
    template <typename Source>
    bool fill_run(Time now, Transmit& out, Source& source, std::uint8_t flags);
    void on_run(Time now, const Transmit& out, ByteCount bytes);
    void put_header(Transmit& out, const wire::Data& data, const SymbolRef& symbol);
    void plan_parity(Time now);
    [[nodiscard]] wire::Data data_header(std::uint8_t flags) const;
    std::size_t put_offer(MutableBytes out);
    std::size_t put_flush(MutableBytes out);
    std::size_t put_stream_end(MutableBytes out);
    std::size_t put_squelch(MutableBytes out);
    std::size_t put_probe(MutableBytes out, Time now);
    std::size_t put_repair_adv(MutableBytes out);
    [[nodiscard]] wire::Source next_source();
    [[nodiscard]] wire::SenderFields sender_fields() const;
    [[nodiscard]] SenderMessages::Stamp stamp() { return {next_source(), sender_fields()}; }
    [[nodiscard]] bool data_wanted() const;
    [[nodiscard]] bool flush_helps() const;
    [[nodiscard]] bool at_plain_end() const;
    [[nodiscard]] bool digests_wanted() const;
    [[nodiscard]] bool states_wanted() const;

    SenderParts& parts_;
    std::optional<StreamHeaders> stream_headers_;
    std::uint16_t probes_ = 0;
    bool end_symbol_sent_ = false;  // since the last flush
};

}  // namespace mcast::protocol
