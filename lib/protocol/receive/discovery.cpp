// SPDX-License-Identifier: MIT
#include "protocol/receive/discovery.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/receive/valid_offer.hpp"

namespace mcast::protocol {
namespace {

using Notice = ReceiverNotice::Kind;

// A sender that has said nothing of ours for so long is a plain NORM one.
constexpr Duration kPlainAfter = std::chrono::milliseconds(1500);
constexpr Duration kAskInfoEvery = std::chrono::seconds(1);
constexpr std::size_t kMostOthers = 16;   // senders that are worth a line
constexpr std::size_t kMostSkipped = 64;  // transfers that are worth a word
constexpr std::size_t kMostSilent = 64;
// Objects that are worth a word, if they are not taken.
constexpr std::uint8_t kTaken = wire::kFlagFile | wire::kFlagStream;

}  // namespace

Discovery::Heard Discovery::hear(Time now, const wire::Message& message, const Origin& from) {
    now_ = now;
    heard_ = {};
    NodeId source = NodeId::none;
    const bool candidate = candidate_.sender != NodeId::none;
    const auto look = [&](const auto& m) {
        if constexpr (requires { m.sender.instance; }) {
            source = m.source.node;
            // One that starts anew is another one.
            if (source == candidate_.sender && m.sender.instance != instance_) forget_candidate();
        }
    };
    std::visit(look, message);
    if (const auto* command = std::get_if<wire::CmdApplication>(&message)) {
        on_command(*command, from);
    } else if (candidate && source == candidate_.sender && from != origin_) {
        heard_.foreign = true;
        return std::exchange(heard_, {});
    } else if (plain_told_ || other_version(source)) {
        return std::exchange(heard_, {});
    } else if (const auto* info = std::get_if<wire::Info>(&message)) {
        on_plain_info(now, *info);
    } else if (const auto* data = std::get_if<wire::Data>(&message)) {
        on_plain_data(now, *data);
    }
    const NodeId chosen = heard_.proposed ? heard_.proposed->sender : candidate_.sender;
    if (source != NodeId::none && source == chosen) {
        if (!candidate || heard_.proposed) origin_ = from;
        heard_.from_candidate = origin_ == from;
    }
    return std::exchange(heard_, {});
}

void Discovery::on_command(const wire::CmdApplication& command, const Origin& from) {
    const auto parsed = wire::parse_sender_message(command.payload);
    if (parsed)
        if (const auto* found = std::get_if<wire::Offer>(&*parsed)) on_offer(command, *found, from);
    if (const auto unknown = wire::unknown_offer(command.payload))
        on_other_version(command.source.node, *unknown);
}

Discovery::Heard Discovery::handle_timeout(Time now) {
    now_ = now;
    heard_ = {};
    if (now >= due_) {
        due_ = kNever;
        take_as_plain(now);
    }
    return std::exchange(heard_, {});
}

std::optional<ReceiverNotice> Discovery::poll_notice() {
    if (notices_.empty()) return std::nullopt;
    ReceiverNotice notice = std::move(notices_.front());
    notices_.pop_front();
    return notice;
}

bool Discovery::other_version(NodeId node) const {
    return std::ranges::find(others_, node) != others_.end();
}

// One line for each: what it says is not understood, and it is no plain sender.
void Discovery::on_other_version(NodeId node, const wire::Unknown& unknown) {
    if (node == candidate_.sender) forget_candidate();
    if (other_version(node) || others_.size() == kMostOthers) return;
    others_.push_back(node);
    notices_.push_back({.kind = Notice::other_version, .node = node, .unknown = unknown});
}

// Not a plain sender after all, or not the one that is wanted.
void Discovery::forget_candidate() {
    due_ = kNever;
    candidate_ = {};
    plain_fti_.reset();
    info_due_ = false;
}

void Discovery::on_offer(const wire::CmdApplication& command, const wire::Offer& found,
                         const Origin& from) {
    if (candidate_.sender == command.source.node) forget_candidate();  // it is one of ours
    if (found.flags & wire::kOfferDraining) return;
    if (!wish_.name.empty() && found.name != wish_.name) return;
    if (received_before(command, found)) return;
    if (std::ranges::find(skipped_, Skipped{found.transfer, from}) != skipped_.end()) return;
    const auto valid = validate(found);
    if (!valid)
        return note_skipped({found.transfer, from},
                            {.kind = Notice::senseless,
                             .node = command.source.node,
                             .name = std::string(found.name),
                             .fault = valid.error()},
                            name(valid.error().kind));
    OfferInfo info;
    info.sender = command.source.node;
    info.instance = command.sender.instance;
    info.transfer = found.transfer;
    info.stored = found.stored_bytes();
    if (found.size_hint != 0) info.size_hint = found.size_hint;
    info.object = valid->object;
    info.digest = valid->digest;
    info.name = found.name;
    info.host = found.host;
    info.meta = found.meta;
    info.started = (found.flags & wire::kOfferStarted) != 0;
    info.receivers = found.receivers;
    take_sender(command.source.node, command.sender, found.report_interval_us);
    propose(std::move(info));
}

// Says so once.
bool Discovery::received_before(const wire::CmdApplication& command, const wire::Offer& found) {
    const auto same = [&](const ReceivedBefore& one) {
        return one.sender == command.source.node && one.instance == command.sender.instance &&
               one.transfer == found.transfer;
    };
    const auto one = std::ranges::find_if(wish_.before, same);
    if (one == wish_.before.end()) return false;
    if (const std::string session = std::exchange(one->session, {}); !session.empty())
        notices_.push_back(
            {.kind = Notice::received_before, .name = std::string(found.name), .session = session});
    return true;
}

// One word for each transfer and address: anybody can offer the transfer of another.
void Discovery::note_skipped(const Skipped& one, ReceiverNotice notice, std::string_view reason) {
    if (skipped_.size() == kMostSkipped) return;
    skipped_.push_back(one);
    trace_(now_, trace::OfferRefused{notice.node, one.transfer, reason});
    notices_.push_back(std::move(notice));
}

void Discovery::skip(Time now, const OfferInfo& offer, const std::string& why) {
    now_ = now;
    note_skipped({offer.plain ? 0 : offer.transfer, origin_},
                 {.kind = Notice::skipped, .node = offer.sender, .name = offer.name, .why = why},
                 why);
    plain_told_ = plain_told_ || offer.plain;
}

bool Discovery::note_silent(std::uint32_t transfer) {
    if (std::ranges::find(silent_, transfer) != silent_.end() || silent_.size() >= kMostSilent)
        return false;
    silent_.push_back(transfer);
    return true;
}

// A sender of ours puts the FTI into INFO alone, and offers; one that puts it on DATA, or stays
// without an offer, is a plain one.
void Discovery::on_plain_info(Time now, const wire::Info& info) {
    if (!info.fti || !(info.flags & kTaken)) return;
    if (candidate_.sender != NodeId::none && candidate_.sender != info.source.node) return;
    if (candidate_.sender == NodeId::none) {
        take_sender(info.source.node, info.sender);
        due_ = now + kPlainAfter;
    }
    candidate_.name.assign(info.payload.begin(), info.payload.end());
    plain_fti_ = info.fti;
    candidate_.object.id = info.object;
    candidate_.object.stream = (info.flags & wire::kFlagStream) != 0;
    candidate_.object.fec_id = info.fec_id;
    if (candidate_.plain) propose_plain();
}

void Discovery::on_plain_data(Time now, const wire::Data& data) {
    if (!(data.flags & kTaken)) return;
    if (candidate_.sender == NodeId::none) {
        take_sender(data.source.node, data.sender);
        candidate_.object.id = data.object;
        candidate_.object.stream = (data.flags & wire::kFlagStream) != 0;
        candidate_.object.fec_id = data.fec_id;
        due_ = now + kPlainAfter;
    }
    if (candidate_.sender != data.source.node || candidate_.object.id != data.object) return;
    if (!data.fti) return;
    plain_fti_ = data.fti;
    if (!(data.flags & wire::kFlagInfo) && candidate_.name.empty())
        candidate_.name = "norm-" + to_hex(data.source.node) + "-" + to_hex(data.object);
    if (!candidate_.plain) take_as_plain(now);
}

// Its name is in INFO: asked for now and then until that comes.
void Discovery::take_as_plain(Time now) {
    if (!wish_.plain || candidate_.object.stream) {
        plain_told_ = true;
        notices_.push_back({.kind = wish_.plain ? Notice::plain_stream : Notice::plain_sender,
                            .node = candidate_.sender});
        return forget_candidate();
    }
    candidate_.plain = true;
    info_due_ = candidate_.name.empty();
    if (info_due_) due_ = now + kAskInfoEvery;
    propose_plain();
}

void Discovery::propose_plain() {
    if (candidate_.name.empty() || !plain_fti_) return;
    const bool wanted = wish_.name.empty() || candidate_.name == wish_.name;
    const auto object = validate(candidate_.object.id, candidate_.object.fec_id, *plain_fti_);
    if (!wanted || !object) return forget_candidate();
    OfferInfo info;
    info.sender = candidate_.sender;
    info.plain = true;
    info.object = *object;
    info.name = candidate_.name;
    info.started = true;
    propose(std::move(info));
}

void Discovery::take_sender(NodeId node, const wire::SenderFields& fields,
                            std::optional<std::uint32_t> report_interval_us) {
    candidate_.sender = node;
    instance_ = fields.instance;
    heard_.taken = {fields.instance, fields, report_interval_us};
}

void Discovery::propose(OfferInfo info) {
    forget_candidate();
    heard_.proposed = std::move(info);
}

}  // namespace mcast::protocol
