// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/trace.hpp"
#include "protocol/origin.hpp"
#include "protocol/receive/offer_info.hpp"
#include "protocol/receive/receiver_notice.hpp"
#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {

/// Finds a transfer to take part in: from all that is heard while nothing has been accepted, it
/// proposes one offer, of a sender of ours or of a plain NORM one. It remembers what has been told
/// or skipped, so that each is told once, also over several rounds of listening.
class Discovery {
  public:
    struct Wish {
        std::string name;                    ///< the only offer to take; empty: the first
        bool plain = false;                  ///< takes a plain NORM sender, too
        std::vector<ReceivedBefore> before;  ///< not taken again
    };
    /// A sender that is listened to from now on, as it advertises itself.
    struct Taken {
        InstanceId instance{};
        wire::SenderFields fields;
        std::optional<std::uint32_t> report_interval_us;
    };
    /// The result of a message, or of the time that has passed.
    struct Heard {
        bool from_candidate = false;  ///< the message is from the sender that is listened to
        bool foreign = false;         ///< it bears its name, and comes from elsewhere
        std::optional<Taken> taken;
        std::optional<OfferInfo> proposed;  ///< of the sender at origin()
    };

    Discovery() = default;
    Discovery(Wish wish, trace::Trace trace) : wish_(std::move(wish)), trace_(trace) {}

    [[nodiscard]] Heard hear(Time now, const wire::Message& message, const Origin& from);
    [[nodiscard]] Heard handle_timeout(Time now);
    [[nodiscard]] Time next_timeout() const { return due_; }

    /// The plain sender that is not proposed yet.
    [[nodiscard]] const OfferInfo& candidate() const { return candidate_; }
    [[nodiscard]] const Origin& origin() const { return origin_; }
    /// The name of the candidate's object is to be asked for now. True once.
    [[nodiscard]] bool take_info_request() { return std::exchange(info_due_, false); }
    [[nodiscard]] std::optional<ReceiverNotice> poll_notice();

    /// That offer, from origin(), was proposed and is not taken; another may be fit.
    void skip(Time now, const OfferInfo& offer, const std::string& why);
    /// That sender does not answer: true when it is worth a word, once a transfer.
    [[nodiscard]] bool note_silent(std::uint32_t transfer);

  private:
    struct Skipped {
        std::uint32_t transfer;
        Origin from;
        friend bool operator==(const Skipped&, const Skipped&) = default;
    };

    void on_command(const wire::CmdApplication& command, const Origin& from);
    void on_offer(const wire::CmdApplication& command, const wire::Offer& offer,
                  const Origin& from);
    [[nodiscard]] bool received_before(const wire::CmdApplication& command,
                                       const wire::Offer& offer);
    void on_plain_info(Time now, const wire::Info& info);
    void on_plain_data(Time now, const wire::Data& data);
    void take_as_plain(Time now);
    void propose_plain();
    void forget_candidate();
    void on_other_version(NodeId node, const wire::Unknown& unknown);
    [[nodiscard]] bool other_version(NodeId node) const;
    void note_skipped(const Skipped& one, ReceiverNotice notice, std::string_view reason);
    void take_sender(NodeId node, const wire::SenderFields& fields,
                     std::optional<std::uint32_t> report_interval_us = {});
    void propose(OfferInfo info);

    Wish wish_;
    trace::Trace trace_;
    Time now_{};
    Heard heard_;  // by this call
    OfferInfo candidate_;
    InstanceId instance_{};
    Origin origin_;
    std::optional<wire::Fti> plain_fti_;
    Time due_ = kNever;
    bool info_due_ = false;
    bool plain_told_ = false;     // of a plain sender, which is not taken
    std::vector<NodeId> others_;  // senders of another version, that were named
    std::vector<Skipped> skipped_;
    std::vector<std::uint32_t> silent_;
    std::deque<ReceiverNotice> notices_;
};

}  // namespace mcast::protocol
