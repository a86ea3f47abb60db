// SPDX-License-Identifier: MIT
#include "sim/simulation.hpp"

#include <algorithm>
#include <array>

namespace mcast::sim {

using protocol::Order;
using protocol::Placement;
using protocol::Transmit;

Simulation::Simulation(Scenario scenario)
    : scenario_(scenario),
      rng_(scenario.seed),
      begin_(std::chrono::hours(1)),
      now_(begin_),
      partition_(scenario.size, scenario.segment, scenario.block),
      codec_(scenario.block, scenario.parity) {
    source_.resize(scenario_.content ? scenario_.size : scenario_.segment);
    if (scenario_.content)
        for (auto& byte : source_) byte = static_cast<std::uint8_t>(rng_.next());

    protocol::SenderConfig config;
    config.node = NodeId{0xfffffff0};
    config.instance = InstanceId{static_cast<std::uint16_t>(rng_.next())};
    config.transfer = 0x5eed;
    config.object = {ObjectId{0},     scenario_.size,   scenario_.segment,
                     scenario_.block, scenario_.parity, scenario_.fec_id};
    config.digest = {1, 16, scenario_.chunk};
    config.name = "file";
    config.host = "sender";
    config.begin_with = scenario_.begin_with != 0 ? scenario_.begin_with
                                                  : static_cast<std::uint32_t>(scenario_.receivers);
    config.rate = scenario_.rate;
    config.proactive_parity = scenario_.proactive;
    config.progress_limit = scenario_.progress_limit;
    config.waiting_limit = scenario_.waiting_limit;
    sender_ = std::make_unique<protocol::Sender>(config, now_, Rng(rng_.next()));
    for (std::uint32_t c = 0; c < config.digest.chunk_count(scenario_.size); ++c)
        sender_->add_digest(c, chunk_digest(chunk_of(source_, c)));
    for (std::size_t i = 0; i < scenario_.receivers; ++i) (void)add_receiver(Duration::zero());
    post(now_, Kind::wake_sender);
}

Simulation::~Simulation() = default;

Simulation::Peer& Simulation::add_receiver(Duration after) {
    Peer peer;
    protocol::ReceiverConfig config;
    config.node = NodeId{static_cast<std::uint32_t>(peers_.size() + 1)};
    config.host = "r" + std::to_string(peers_.size() + 1);
    config.progress_limit = scenario_.progress_limit;
    config.waiting_limit = scenario_.waiting_limit;
    peer.started = now_ + after;
    peer.core = std::make_unique<protocol::Receiver>(config, peer.started, Rng(rng_.next()));
    peers_.push_back(std::move(peer));
    receiver_wake_.push_back(kNever);
    post(now_ + after, Kind::wake_receiver, peers_.size() - 1);
    return peers_.back();
}

void Simulation::spoil(std::size_t i, ByteCount offset) {
    spoil_ = {i, offset};
}

void Simulation::post(Time at, Kind kind, std::size_t index, Packet packet, std::uint32_t number) {
    events_.push({at, order_++, kind, index, number, std::move(packet)});
}

bool Simulation::run(Duration limit) {
    return run_until(
        [this] {
            return (sender_ended_ || sender_dead_) &&
                   std::ranges::all_of(peers_, [](const Peer& p) { return p.ended || p.silent; });
        },
        limit);
}

bool Simulation::run_until(const std::function<bool()>& condition, Duration limit) {
    const Time stop = now_ + limit;
    while (!condition()) {
        if (events_.empty() || events_.top().at > stop) return false;
        const Event event = events_.top();
        events_.pop();
        now_ = std::max(now_, event.at);
        step(event);
    }
    return true;
}

void Simulation::step(const Event& event) {
    trace_ = (trace_ ^ static_cast<std::uint64_t>(event.at.time_since_epoch().count()) ^
              static_cast<std::uint64_t>(event.kind)) *
             0x100000001b3;
    switch (event.kind) {
        case Kind::to_group:
            for (std::size_t i = 0; i < peers_.size(); ++i)
                deliver(i, event.packet, scenario_.down);
            break;
        case Kind::to_receiver:
            deliver(event.index, event.packet, {});
            break;
        case Kind::to_sender:
            if (!sender_dead_) {
                sender_->handle(now_, *event.packet);
                drive_sender();
            }
            break;
        case Kind::wake_sender:
            if (sender_wake_ > now_ && sender_wake_ != kNever) break;
            sender_wake_ = kNever;
            if (!sender_dead_) {
                sender_->handle_timeout(now_);
                drive_sender();
            }
            break;
        case Kind::wake_receiver:
            if (receiver_wake_[event.index] > now_ && receiver_wake_[event.index] != kNever) break;
            receiver_wake_[event.index] = kNever;
            if (Peer& peer = peers_[event.index]; !peer.silent) {
                peer.core->handle_timeout(now_);
                drive_receiver(event.index);
            }
            break;
        case Kind::verdict: {
            Peer& peer = peers_[event.index];
            const auto digest = chunk_digest(chunk_of(source_, event.number));
            const bool good =
                !scenario_.content || chunk_digest(chunk_of(peer.content, event.number)) == digest;
            peer.core->verdict(now_, event.number, good);
            drive_receiver(event.index);
            break;
        }
    }
}

// ---- the sender's side

void Simulation::drive_sender() {
    while (auto event = sender_->poll_event()) {
        if (event->kind != protocol::SenderEvent::Kind::ended) continue;
        sender_ended_ = true;
        ++sender_finals_;
        sender_error_ = event->error;
    }
    while (sender_->poll_transmit(now_, transmit_)) {
        if (transmit_.kind() == Transmit::Kind::control) {
            const Bytes bytes = transmit_.control();
            send_down({bytes.begin(), bytes.end()}, false);
        } else {
            render(transmit_);
        }
    }
    while (auto event = sender_->poll_event()) {
        if (event->kind != protocol::SenderEvent::Kind::ended) continue;
        sender_ended_ = true;
        ++sender_finals_;
        sender_error_ = event->error;
    }
    const Time next = sender_->next_timeout();
    if (next == kNever || sender_ended_) return;
    if (next >= sender_wake_ && sender_wake_ > now_) return;
    sender_wake_ = std::max(next, now_ + Duration(1));
    post(sender_wake_, Kind::wake_sender);
}

void Simulation::render(const Transmit& run) {
    for (std::size_t n = 0; n < run.count(); ++n) {
        const Bytes header = run.header(n);
        const auto& symbol = run.symbol(n);
        std::vector<std::uint8_t> bytes(header.begin(), header.end());
        if (!scenario_.content) {
            bytes.resize(header.size() + symbol.size);
        } else if (symbol.parity) {
            const auto parity = parity_symbol(symbol.block, symbol.symbol);
            bytes.insert(bytes.end(), parity.begin(), parity.end());
        } else {
            const auto at = source_.begin() + static_cast<std::ptrdiff_t>(
                                                  partition_.offset(symbol.block, symbol.symbol));
            bytes.insert(bytes.end(), at, at + symbol.size);
        }
        send_down(std::move(bytes), true);
    }
}

std::vector<std::uint8_t> Simulation::parity_symbol(std::uint32_t block, std::uint16_t j) {
    const std::uint16_t k = partition_.block_length(block);
    const std::size_t length = partition_.parity_size(block);
    std::vector<std::uint8_t> padded(length, 0);
    std::vector<const std::uint8_t*> sources;
    for (std::uint16_t s = 0; s < k; ++s) {
        const std::uint8_t* at = source_.data() + partition_.offset(block, s);
        const std::size_t size = partition_.symbol_size(block, s);
        if (size < length) {
            std::copy(at, at + size, padded.begin());
            at = padded.data();
        }
        sources.push_back(at);
    }
    std::vector<std::uint8_t> parity(length);
    std::array<std::uint8_t*, 1> out{parity.data()};
    codec_.encode(sources, length, j, out);
    return parity;
}

void Simulation::send_down(std::vector<std::uint8_t> bytes, bool data) {
    ++totals_.down_packets;
    totals_.down_bytes += bytes.size();
    totals_.data_packets += data;
    Time at = now_;
    if (scenario_.link.bps() > 0) {
        const Time free = std::max(link_free_, now_);
        if (scenario_.link.bytes_in(free - now_) > static_cast<double>(scenario_.queue)) {
            ++totals_.queue_drops;
            return;
        }
        link_free_ = free + scenario_.link.time_for(bytes.size() + 42);
        at = link_free_;
    }
    post(at + scenario_.down.delay, Kind::to_group, 0,
         std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes)));
}

// ---- the receivers' side

void Simulation::deliver(std::size_t i, const Packet& packet, const Path& path) {
    Peer& peer = peers_[i];
    if (peer.ended || peer.silent || peer.deaf || now_ < peer.started) return;
    if (rng_.chance(peer.loss >= 0 && path.loss > 0 ? peer.loss : path.loss)) return;
    if (path.jitter > Duration::zero()) {
        const auto more = Duration(static_cast<Duration::rep>(
            rng_.below(static_cast<std::uint64_t>(path.jitter.count()))));
        return post(now_ + more, Kind::to_receiver, i, packet);
    }
    if (rng_.chance(path.duplicate)) post(now_ + Duration(1000), Kind::to_receiver, i, packet);
    if (rng_.chance(path.corrupt)) {
        auto bad = *packet;
        bad[rng_.below(bad.size())] ^= static_cast<std::uint8_t>(1 + rng_.below(255));
        place(peer, peer.core->handle(now_, bad));
    } else {
        place(peer, peer.core->handle(now_, *packet));
    }
    drive_receiver(i);
}

void Simulation::drive_receiver(std::size_t i) {
    Peer& peer = peers_[i];
    Order order;
    const auto events = [&] {
        while (auto event = peer.core->poll_event()) {
            if (event->kind == protocol::ReceiverEvent::Kind::offered) {
                if (scenario_.content) peer.content.assign(peer.core->offer().object.size, 0);
                if (scenario_.content)
                    peer.parity.resize(partition_.block_count() * scenario_.parity);
                peer.core->accept(now_, scenario_.window);
            } else if (event->kind == protocol::ReceiverEvent::Kind::ended) {
                peer.ended = true;
                peer.done = now_;
                peer.error = event->error;
                ++peer.finals;
            }
        }
    };
    events();
    while (peer.core->poll_order(order)) obey(i, peer, order);
    events();
    while (peer.core->poll_transmit(now_, transmit_)) send_up(i, transmit_.control());
    events();
    const Time next = peer.core->next_timeout();
    if (next == kNever || peer.ended) return;
    if (next >= receiver_wake_[i] && receiver_wake_[i] > now_) return;
    receiver_wake_[i] = std::max(next, now_ + Duration(1));
    post(receiver_wake_[i], Kind::wake_receiver, i);
}

void Simulation::send_up(std::size_t, Bytes bytes) {
    ++totals_.up_packets;
    totals_.up_bytes += bytes.size();
    if (rng_.chance(scenario_.up.loss)) return;
    post(now_ + scenario_.up.delay, Kind::to_sender, 0,
         std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end()));
}

void Simulation::place(Peer& peer, const Placement& placement) {
    if (placement.kind == Placement::Kind::none || !scenario_.content) return;
    if (placement.kind == Placement::Kind::parity) {
        auto& slot = peer.parity[placement.block * scenario_.parity + placement.symbol];
        slot.assign(placement.payload.begin(), placement.payload.end());
        return;
    }
    std::ranges::copy(placement.payload,
                      peer.content.begin() + static_cast<std::ptrdiff_t>(placement.offset));
    if (spoil_ && &peer == &peers_[spoil_->first] && spoil_->second >= placement.offset &&
        spoil_->second < placement.offset + placement.payload.size()) {
        peer.content[spoil_->second] ^= 1;
        spoil_.reset();
    }
}

void Simulation::obey(std::size_t i, Peer& peer, const Order& order) {
    switch (order.kind) {
        case Order::Kind::decode:
            if (scenario_.content) decode(peer, order);
            break;
        case Order::Kind::verify:
            post(now_ + peer.slow_disk, Kind::verdict, i, {}, order.chunk);
            break;
        case Order::Kind::release:
            peer.core->released(order.offset);
            break;
        case Order::Kind::finish:
            peer.core->finished(now_, {});
            break;
    }
}

void Simulation::decode(Peer& peer, const Order& order) {
    const std::uint16_t k = partition_.block_length(order.block);
    const std::size_t length = partition_.parity_size(order.block);
    std::vector<std::vector<std::uint8_t>> symbols;
    std::vector<fec::Received> received;
    for (std::uint16_t s = 0; s < k; ++s) {
        auto& symbol = symbols.emplace_back(length, std::uint8_t{0});
        if (std::ranges::find(order.missing, s) != order.missing.end()) continue;
        const auto at =
            peer.content.begin() + static_cast<std::ptrdiff_t>(partition_.offset(order.block, s));
        std::copy(at, at + partition_.symbol_size(order.block, s), symbol.begin());
        received.push_back({s, symbol.data()});
    }
    for (const std::uint16_t p : order.parity)
        received.push_back({static_cast<std::uint16_t>(k + p),
                            peer.parity[order.block * scenario_.parity + p].data()});
    std::vector<std::uint8_t*> out;
    for (const std::uint16_t s : order.missing) out.push_back(symbols[s].data());
    MCAST_ASSERT(codec_.decode(k, received, order.missing, length, out));
    for (const std::uint16_t s : order.missing)
        std::copy_n(
            symbols[s].begin(), partition_.symbol_size(order.block, s),
            peer.content.begin() + static_cast<std::ptrdiff_t>(partition_.offset(order.block, s)));
}

// ---- content

Bytes Simulation::chunk_of(const std::vector<std::uint8_t>& content, std::uint32_t c) const {
    if (!scenario_.content) return {};
    const ByteCount begin = ByteCount{c} * scenario_.chunk;
    return Bytes(content).subspan(begin,
                                  std::min<ByteCount>(scenario_.chunk, content.size() - begin));
}

std::vector<std::uint8_t> Simulation::chunk_digest(Bytes content) const {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const std::uint8_t byte : content) hash = (hash ^ byte) * 0x100000001b3;
    std::vector<std::uint8_t> digest(16, 0);
    for (std::size_t i = 0; i < 8; ++i) digest[i] = static_cast<std::uint8_t>(hash >> (8 * i));
    return digest;
}

std::string Simulation::verdict() const {
    const std::string seed = " (seed " + std::to_string(scenario_.seed) + ")";
    if (!sender_ended_) return "the sender has not ended" + seed;
    if (sender_error_) return "sender: " + sender_error_->message + seed;
    for (std::size_t i = 0; i < peers_.size(); ++i) {
        const Peer& peer = peers_[i];
        const std::string who = "receiver " + std::to_string(i);
        if (!peer.ended) return who + " has not ended" + seed;
        if (peer.error) return who + ": " + peer.error->message + seed;
        if (scenario_.content && peer.content != source_) return who + " has other content" + seed;
        if (peer.finals != 1) return who + " ended more than once" + seed;
    }
    return "all verified";
}

}  // namespace mcast::sim
