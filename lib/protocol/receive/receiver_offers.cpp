// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>
#include <variant>

#include "protocol/backoff.hpp"
#include "protocol/receive/receiver_impl.hpp"
#include "protocol/receive/valid_offer.hpp"

namespace mcast::protocol {
namespace {

// A sender that has said nothing of ours for so long is a plain NORM one.
constexpr Duration kPlainAfter = std::chrono::milliseconds(1500);
constexpr Duration kJoinSpread = std::chrono::milliseconds(5);
constexpr Duration kLateJoinSpread = std::chrono::milliseconds(25);
constexpr double kUnseenCrowd = 1000;  // that may have heard the same offer
constexpr Duration kAskInfoEvery = std::chrono::seconds(1);
constexpr std::size_t kMostOthers = 16;   // senders that are worth a line
constexpr std::size_t kMostSkipped = 64;  // transfers that are worth a word

}  // namespace

// True when the message is from the sender that we listen to.
bool Receiver::Impl::choose(Time now, const wire::Message& message, const Origin& from) {
    NodeId source = NodeId::none;
    const bool candidate = offer.sender != NodeId::none;
    const auto look = [&](const auto& m) {
        if constexpr (requires { m.sender.instance; }) {
            source = m.source.node;
            // One that starts anew is another one.
            if (source == offer.sender && m.sender.instance != instance_) forget_candidate();
        }
    };
    std::visit(look, message);
    if (const auto* command = std::get_if<wire::CmdApplication>(&message)) {
        const auto parsed = wire::parse_sender_message(command->payload);
        if (parsed)
            if (const auto* found = std::get_if<wire::Offer>(&*parsed))
                on_offer(now, *command, *found, from);
        if (const auto unknown = wire::unknown_offer(command->payload))
            on_other_version(source, *unknown);
    } else if (candidate && source == offer.sender && from != origin_) {
        ++stats.foreign;
        return false;
    } else if (plain_told_ || other_version(source)) {
        return false;
    } else if (const auto* info = std::get_if<wire::Info>(&message)) {
        on_plain_info(now, *info);
    } else if (const auto* data = std::get_if<wire::Data>(&message)) {
        on_plain_data(now, *data);
    }
    const bool chosen = source != NodeId::none && source == offer.sender;
    if (chosen && (!candidate || stage == Stage::offered)) origin_ = from;
    return chosen && origin_ == from;
}

bool Receiver::Impl::other_version(NodeId node) const {
    return std::ranges::find(others_, node) != others_.end();
}

// One line for each: what it says is not understood, and it is no plain sender.
void Receiver::Impl::on_other_version(NodeId node, const wire::Unknown& unknown) {
    if (node == offer.sender) forget_candidate();
    if (other_version(node) || others_.size() == kMostOthers) return;
    others_.push_back(node);
    const bool older = unknown.version < wire::kPrivateVersion;
    std::string text = "node " + to_hex(node) + " offers something by ";
    text += older ? "an older mcast" : "a newer mcast";
    text += unknown.version == wire::kPrivateVersion
                ? ", of a kind that this one does not know"
                : ", protocol " + std::to_string(unknown.version) + " where this one speaks " +
                      std::to_string(wire::kPrivateVersion);
    text += older ? ": it has to be updated" : ": this one has to be updated";
    events.push_back({ReceiverEvent::Kind::warning, {}, std::move(text)});
}

// Not a plain sender after all, or not the one that is wanted.
void Receiver::Impl::forget_candidate() {
    timers_.stop(Timer::plain);
    offer = {};
    plain_name_.clear();
    plain_fti_.reset();
    due_.clear(Due::info);
}

void Receiver::Impl::on_offer(Time now, const wire::CmdApplication& command,
                              const wire::Offer& found, const Origin& from) {
    if (stage != Stage::listening) return;
    if (offer.sender == command.source.node) forget_candidate();  // it is one of ours
    if (found.flags & wire::kOfferDraining) return;
    if (!config.wanted_name.empty() && found.name != config.wanted_name) return;
    if (received_before(command, found)) return;
    if (std::ranges::find(skipped_, Skipped{found.transfer, from}) != skipped_.end()) return;
    const auto valid = validate(found);
    if (!valid)
        return note_skipped({found.transfer, from}, found.name, command.source.node,
                            "it makes no sense: " + valid.error());
    OfferInfo info;
    info.sender = command.source.node;
    info.instance = command.sender.instance;
    info.transfer = found.transfer;
    info.stored = found.stored_bytes();
    info.object = valid->object;
    info.digest = valid->digest;
    info.name = found.name;
    info.host = found.host;
    info.meta = found.meta;
    info.started = (found.flags & wire::kOfferStarted) != 0;
    info.receivers = found.receivers;
    sender_.set_report_interval(found.report_interval_us);
    take_sender(now, command.source.node, command.sender);
    propose(std::move(info));
}

// Says so once.
bool Receiver::Impl::received_before(const wire::CmdApplication& command,
                                     const wire::Offer& found) {
    const auto same = [&](const ReceivedBefore& one) {
        return one.sender == command.source.node && one.instance == command.sender.instance &&
               one.transfer == found.transfer;
    };
    const auto one = std::ranges::find_if(config.before, same);
    if (one == config.before.end()) return false;
    if (const std::string session = std::exchange(one->session, {}); !session.empty())
        events.push_back({ReceiverEvent::Kind::warning,
                          {},
                          std::string(found.name) + " was received here already, by session " +
                              session + ", and is not taken again: waiting for another transfer"});
    return true;
}

// One word for each transfer and address: anybody can offer the transfer of another.
void Receiver::Impl::note_skipped(const Skipped& one, std::string_view name, NodeId node,
                                  const std::string& why) {
    if (skipped_.size() == kMostSkipped) return;
    skipped_.push_back(one);
    config.trace(now_, trace::OfferRefused{node, one.transfer, why});
    events.push_back({ReceiverEvent::Kind::warning,
                      {},
                      "the offer of \"" + std::string(name) + "\" by node " + to_hex(node) +
                          " is not taken: " + why});
}

// Another may be fit.
void Receiver::Impl::skip(const std::string& why) {
    if (stage != Stage::offered) return;
    const OfferInfo given = std::exchange(offer, {});
    stage = Stage::listening;
    forget_candidate();
    note_skipped({given.plain ? 0 : given.transfer, origin_}, given.name, given.sender, why);
    plain_told_ = plain_told_ || given.plain;
}

// Nothing is left of what was offered. Whoever made that offer knows our challenge.
void Receiver::Impl::listen(Time now) {
    if (stage != Stage::unanswered) return;
    Impl fresh(std::move(config), now, rng_);
    fresh.config.challenge = fresh.rng_.next();
    fresh.created_ = created_;
    fresh.now_ = now;
    fresh.stats = stats;
    fresh.events = std::move(events);
    fresh.others_ = std::move(others_);
    fresh.skipped_ = std::move(skipped_);
    fresh.silent_ = std::move(silent_);
    fresh.plain_told_ = plain_told_;
    *this = std::move(fresh);
}

// A sender of ours puts the FTI into INFO alone, and offers; one that puts it on DATA, or stays
// without an offer, is a plain one.
void Receiver::Impl::on_plain_info(Time now, const wire::Info& info) {
    if (!info.fti || !(info.flags & wire::kFlagFile)) return;
    if (offer.sender != NodeId::none && offer.sender != info.source.node) return;
    if (offer.sender == NodeId::none) {
        take_sender(now, info.source.node, info.sender);
        timers_.set(Timer::plain, now + kPlainAfter);
    }
    plain_name_.assign(info.payload.begin(), info.payload.end());
    plain_fti_ = info.fti;
    offer.object.id = info.object;
    offer.object.fec_id = info.fec_id;
    if (offer.plain) propose_plain();
}

void Receiver::Impl::on_plain_data(Time now, const wire::Data& data) {
    if (!(data.flags & wire::kFlagFile)) return;
    if (offer.sender == NodeId::none) {
        take_sender(now, data.source.node, data.sender);
        offer.object.id = data.object;
        offer.object.fec_id = data.fec_id;
        timers_.set(Timer::plain, now + kPlainAfter);
    }
    if (offer.sender != data.source.node || offer.object.id != data.object) return;
    if (!data.fti) return;
    plain_fti_ = data.fti;
    if (!(data.flags & wire::kFlagInfo) && plain_name_.empty())
        plain_name_ = "norm-" + to_hex(data.source.node) + "-" + to_hex(data.object);
    if (!offer.plain) take_as_plain(now);
}

// Its name is in INFO: asked for now and then until that comes.
void Receiver::Impl::take_as_plain(Time now) {
    if (!config.plain) {
        plain_told_ = true;
        events.push_back({ReceiverEvent::Kind::warning,
                          {},
                          "node " + to_hex(offer.sender) +
                              " is a plain NORM sender, which is taken only with --plain: nothing "
                              "vouches for what it sends"});
        return forget_candidate();
    }
    offer.plain = true;
    due_.set(Due::info, plain_name_.empty());
    if (due_.has(Due::info)) timers_.set(Timer::plain, now + kAskInfoEvery);
    propose_plain();
}

void Receiver::Impl::propose_plain() {
    if (stage != Stage::listening || plain_name_.empty() || !plain_fti_) return;
    const bool wanted = config.wanted_name.empty() || plain_name_ == config.wanted_name;
    const auto object = validate(offer.object.id, offer.object.fec_id, *plain_fti_);
    if (!wanted || !object) return forget_candidate();
    OfferInfo info;
    info.sender = offer.sender;
    info.plain = true;
    info.object = *object;
    info.name = plain_name_;
    info.started = true;
    propose(std::move(info));
}

void Receiver::Impl::take_sender(Time now, NodeId node, const wire::SenderFields& fields) {
    offer.sender = node;
    instance_ = fields.instance;
    heard_ = now;
    loss_ = {};
    on_sender_fields(now, fields);
}

void Receiver::Impl::propose(OfferInfo info) {
    timers_.stop(Timer::plain);
    due_.clear(Due::info);
    offer = std::move(info);
    stage = Stage::offered;
    events.push_back({ReceiverEvent::Kind::offered, {}, {}});
}

// How many others have just heard the same offer nobody may know yet: of many few answer early, and
// the sender advertises a larger group for the others to hear.
Duration Receiver::Impl::join_delay() {
    if (sender_.large_group()) return spread();
    return random_backoff(rng_, offer.started ? kLateJoinSpread : kJoinSpread, kUnseenCrowd);
}

// Another one has the id that was drawn.
void Receiver::Impl::draw_node(Time now) {
    do config.node = NodeId{static_cast<std::uint32_t>(rng_.next())};
    while (config.node == NodeId::none || config.node == NodeId::any);
    tries_ = 0;
    timers_.set(Timer::join, now + join_delay());
}

void Receiver::Impl::accept(Time now, std::optional<ByteCount> window) {
    if (stage != Stage::offered) return;
    stage = Stage::receiving;
    const auto most = std::max<ByteCount>(config.parity_memory / offer.object.segment_size, 1);
    object_ = ObjectReceiver(offer.object, offer.digest, static_cast<std::size_t>(most));
    window_ = ReceiveWindow(object_.partition(), window, offer.digest.chunk_size);
    nacks_ = NackBuilder(offer.object, object_.partition());
    progressed_ = measured_ = heard_ = now;
    timers_.set(Timer::check, now + std::chrono::milliseconds(50));
    if (offer.plain) {
        events.push_back({ReceiverEvent::Kind::warning,
                          {},
                          "the sender is a plain NORM one: it offers no digest, so what is "
                          "received cannot be verified"});
    } else {
        timers_.set(Timer::join, now + join_delay());
        if (offer.started) begin_ = kNotBegun;
    }
    if (offer.started) start(now);
}

}  // namespace mcast::protocol
