// SPDX-License-Identifier: MIT
#include "sim/node.hpp"

#include <algorithm>

namespace mcast::sim {
namespace {

constexpr std::array<std::uint8_t, 16> kRoot{};
constexpr ByteCount kDiskLimit = 8 << 20;  // what may wait for a disk
constexpr ByteCount kSocket = 16 << 20;    // or to be read
constexpr std::size_t kNeighbour = 100;    // datagrams, or for the address of the next hop

const Special& special_of(const Scenario& scenario, std::size_t index) {
    static const Special kNone;
    for (const Special& s : scenario.specials)
        if (s.receiver == index) return s;
    return kNone;
}

// Both directions work on one thread, one after the other: a buffer a thread is enough.
protocol::Transmit& transmit_space() {
    thread_local protocol::Transmit space;
    return space;
}

}  // namespace

Node::Node(const Scenario& scenario, const Content& source, std::size_t index, Time begin,
           Time starts, std::uint64_t seed)
    : scenario_(scenario),
      source_(source),
      begin_(begin),
      index_(index),
      rng_(seed),
      loss_process_(special_of(scenario, index).loss.value_or(scenario.down.loss),
                    scenario.down.burst),
      up_loss_(scenario.up.loss, scenario.up.burst),
      link_(special_of(scenario, index).link, begin) {
    const Special& special = special_of(scenario, index);
    direct_ = !link_.limited() && scenario.down.jitter == Duration::zero();
    outages_ = special.outages;
    pauses_ = special.pauses;
    disk_ = special.disk;
    reader_ = special.reader;
    window_ = special.window ? special.window : scenario.window;
    if (special.dies) dies_ = begin + *special.dies;
    started = wake_ = starts + special.joins;
    protocol::ReceiverConfig config;
    config.node = NodeId{static_cast<std::uint32_t>(index + 1)};
    config.challenge = index + 1;
    config.host = "r" + std::to_string(index + 1);
    config.progress_limit = scenario.progress_limit;
    config.waiting_limit = scenario.waiting_limit;
    if (index == 0) config.trace = scenario.trace_receiver;
    core = std::make_unique<protocol::Receiver>(config, started, Rng(rng_.next()));
}

Time Node::next() const {
    if (ended || silent) return kNever;
    return pending_.empty() ? wake_ : std::min(wake_, pending_.top().at);
}

void Node::run(Time until, const std::deque<Packet>& packets) {
    auto packet = packets.begin();
    for (;;) {
        if (ended || silent) return;
        const Time own = next();
        const Time given = packet == packets.end() ? kNever : packet->at;
        const Time now = std::min(own, given);
        if (now >= until) return;
        if (dies_ && now >= *dies_) {
            silent = true;
            return;
        }
        if (const Outage* pause = outage_at(pauses_, now - begin_)) {
            if (given <= own)
                pile_up(begin_ + pause->end, *packet++);
            else
                sleep(begin_ + pause->end);
            continue;
        }
        if (given <= own) {
            arrive(now, *packet++);
        } else if (!pending_.empty() && pending_.top().at == own) {
            const Event event = pending_.top();
            pending_.pop();
            if (event.datagram) {
                hear(now, event.datagram->whole());
            } else if (event.released) {
                core->released(*event.released);
                drive(now);
            } else {
                core->verdict(now, event.chunk, source_.matches(event.chunk, content));
                drive(now);
            }
        } else {
            wake_ = kNever;
            core->handle_timeout(now);
            drive(now);
        }
    }
}

void Node::pile_up(Time until, const Packet& packet) {
    if (piled_ + packet.datagram->size() > kSocket) return;
    piled_ += packet.datagram->size();
    pending_.push({until, order_++, packet.datagram, 0});
}

// All that was due meanwhile is due at its end.
void Node::sleep(Time until) {
    wake_ = wake_ == kNever ? kNever : std::max(wake_, until);
    while (!pending_.empty() && pending_.top().at < until) {
        Event event = pending_.top();
        pending_.pop();
        event.at = until;
        pending_.push(event);
    }
}

void Node::poke(Time now) {
    if (!ended && !silent && now >= started) drive(now);
}

bool Node::cut_off(Time now) const {
    return within(outages_, now - begin_) || within(scenario_.outages, now - begin_);
}

void Node::arrive(Time now, const Packet& packet) {
    if (deaf || now < started || cut_off(now)) return;
    const bool lost =
        loss >= 0 ? scenario_.down.loss > 0 && rng_.chance(loss) : loss_process_.lost(rng_);
    if (lost) return;
    const Path& path = scenario_.down;
    if (rng_.chance(path.duplicate))
        pending_.push({now + Duration(1000), order_++, packet.datagram, 0});
    if (rng_.chance(path.corrupt)) {
        const Bytes good = packet.datagram->whole();
        std::vector<std::uint8_t> bad(good.begin(), good.end());
        bad[rng_.below(bad.size())] ^= static_cast<std::uint8_t>(1 + rng_.below(255));
        return hear(now, bad);
    }
    if (direct_) return hear(now, packet.datagram->whole());
    auto at = link_.take(now, packet.datagram->size() + Link::kOverhead);
    if (!at) return;
    if (path.jitter > Duration::zero())
        *at += Duration(static_cast<Duration::rep>(
            rng_.below(static_cast<std::uint64_t>(path.jitter.count()))));
    pending_.push({*at, order_++, packet.datagram, 0});
}

void Node::hear(Time now, Bytes datagram) {
    if (disk_.bps() > 0) {
        disk_backlog_ = std::max(0.0, disk_backlog_ - disk_.bytes_in(now - disk_drained_));
        disk_drained_ = now;
        core->set_backlog(static_cast<ByteCount>(disk_backlog_), kDiskLimit);
        if (disk_backlog_ >= static_cast<double>(kDiskLimit)) {
            core->set_host_drops(++host_drops_);
            return;
        }
    }
    place(now, core->handle(now, datagram, {}).placement);
    drive(now);
}

void Node::place(Time, const protocol::Placement& placement) {
    using Kind = protocol::Placement::Kind;
    if (placement.kind == Kind::none) return;
    disk_backlog_ += static_cast<double>(placement.payload.size());
    if (!source_.real()) return;
    if (placement.kind == Kind::parity) {
        auto& slot = parity[placement.block * source_.parity() + placement.symbol];
        slot.assign(placement.payload.begin(), placement.payload.end());
        return;
    }
    std::ranges::copy(placement.payload,
                      content.begin() + static_cast<std::ptrdiff_t>(placement.offset));
    if (spoil && *spoil >= placement.offset &&
        *spoil < placement.offset + placement.payload.size()) {
        content[*spoil] ^= 1;
        spoil.reset();
    }
}

void Node::take(Time now, const protocol::ReceiverEvent& event) {
    if (event.kind == protocol::ReceiverEvent::Kind::offered) {
        if (source_.real()) content.assign(source_.source().size(), 0xaa);
        if (source_.real()) parity.resize(source_.partition().block_count() * source_.parity());
        core->accept(now, window_);
    } else if (event.kind == protocol::ReceiverEvent::Kind::ended) {
        ended = true;
        done = now;
        error = event.error;
        ++finals;
    }
}

void Node::drain(Time now) {
    protocol::ReceiverAction action;
    while (core->poll_action(action)) {
        if (const auto* order = std::get_if<protocol::Order>(&action))
            obey(now, *order);
        else
            take(now, std::get<protocol::ReceiverEvent>(action));
    }
}

void Node::drive(Time now) {
    drain(now);
    transmit(now);
    drain(now);
    const Time due = core->next_timeout();
    wake_ = due == kNever ? kNever : std::max(due, now + Duration(1));
}

void Node::transmit(Time now) {
    protocol::Transmit& transmit = transmit_space();
    const Outage* outage = outage_at(outages_, now - begin_);
    if (outage == nullptr) delayed_ = 0;
    while (core->poll_transmit(now, transmit)) {
        const bool waits = outage != nullptr && outage->delays && delayed_ < kNeighbour;
        delayed_ += waits;
        if ((cut_off(now) && !waits) || up_loss_.lost(rng_)) continue;
        const Bytes bytes = transmit.control();
        const Time leaves = waits ? begin_ + outage->end : now;
        outbox_.push_back({leaves + scenario_.up.delay, {bytes.begin(), bytes.end()}});
    }
}

void Node::release(Time now, ByteCount offset) {
    released = offset;
    if (reader_.bps() <= 0) return core->released(offset);
    read_ = std::max(read_, now) + reader_.time_for(offset - read_to_);
    read_to_ = offset;
    pending_.push({read_, order_++, nullptr, 0, offset});
}

void Node::obey(Time now, const protocol::Order& order) {
    using Kind = protocol::Order::Kind;
    switch (order.kind) {
        case Kind::decode:
            if (source_.real()) source_.decode(order, content, parity);
            break;
        case Kind::forget:
            if (source_.real()) source_.forget(order.block, parity);
            break;
        case Kind::end:
            break;
        case Kind::zeros:
            if (source_.real())
                std::fill(content.begin() + static_cast<std::ptrdiff_t>(order.offset),
                          content.begin() + static_cast<std::ptrdiff_t>(order.end),
                          std::uint8_t{0});
            break;
        case Kind::verify:
            pending_.push({now + slow_disk, order_++, nullptr, order.chunk});
            break;
        case Kind::release:
            release(now, order.offset);
            break;
        case Kind::finish:
            whole = now;
            core->finished(now, kRoot);
            break;
    }
}

}  // namespace mcast::sim
