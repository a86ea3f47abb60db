// SPDX-License-Identifier: MIT
#include "protocol/core_trace.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <variant>

#include "wire/norm/message.hpp"
#include "wire/private/private_message.hpp"

namespace mcast::protocol {
namespace {

constexpr std::array<std::string_view, std::variant_size_v<wire::Message>> kMessages{
    "info",       "data",    "flush",       "eot",  "squelch", "cc",
    "repair_adv", "ack_req", "application", "nack", "ack",     "report"};
constexpr std::array<std::string_view, std::variant_size_v<wire::SenderMessage>> kOfSender{
    "offer", "receiver_states", "digests", "zeros", "end"};
constexpr std::array<std::string_view, std::variant_size_v<wire::ReceiverMessage>> kOfReceiver{
    "join", "progress_report", "digest_request", "done"};

std::string_view kind_of(const wire::Message& message) {
    if (const auto* command = std::get_if<wire::CmdApplication>(&message))
        if (const auto inner = wire::parse_sender_message(command->payload))
            return kOfSender[inner->index()];
    if (const auto* report = std::get_if<wire::NormReport>(&message))
        if (const auto inner = wire::parse_receiver_message(report->payload))
            return kOfReceiver[inner->index()];
    return kMessages[message.index()];
}

NodeId source_of(const wire::Message& message) {
    return std::visit([](const auto& m) { return m.source.node; }, message);
}

void trace_requests(const trace::Trace& trace, Time now, const wire::Nack& nack) {
    trace::RepairRequested event{.node = nack.source.node};
    (void)wire::for_each_request(nack.requests, [&](const wire::RepairRequest& request) {
        if (event.ranges++ == 0) event.block = request.first.id.block;
    });
    trace(now, event);
}

// The reason of a drop is the counter that has grown.
std::string_view reason(const Stats& before, const Stats& after) {
    for (const auto& [kind, count] : after.malformed_kinds) {
        const auto found = before.malformed_kinds.find(kind);
        if (found == before.malformed_kinds.end() || found->second != count) return kind;
    }
    if (after.unopened != before.unopened) return "sealed";
    if (after.foreign != before.foreign) return "foreign";
    if (after.refused != before.refused) return "refused";
    return after.unserved != before.unserved ? "unserved" : "";
}

}  // namespace

void CoreTrace::handled(Time now, Bytes datagram, const Stats& before, const Stats& after) const {
    if (const auto why = reason(before, after); !why.empty())
        return trace_(now, trace::PacketDropped{why, datagram.size()});
    const auto message = wire::parse(datagram);
    if (!message) return;
    trace::MessageHeard event{kind_of(*message), source_of(*message), datagram.size(), {}, {}};
    if (const auto* data = std::get_if<wire::Data>(&*message)) {
        if (data->flags & wire::kFlagRepair) event.kind = "repair";
        event.block = data->id.block;
        event.symbol = data->id.symbol;
    }
    trace_(now, event);
    if (const auto* nack = std::get_if<wire::Nack>(&*message)) trace_requests(trace_, now, *nack);
}

void CoreTrace::sent(Time now, const Transmit& out) const {
    const bool run = out.kind() == Transmit::Kind::data;
    const auto message = wire::parse(run ? out.header(0) : out.control());
    if (!message) return;
    trace::PacketsSent event{kind_of(*message), 1, out.control().size(), {}, {}};
    if (const auto* data = std::get_if<wire::Data>(&*message); run && data != nullptr) {
        if (data->flags & wire::kFlagRepair) event.kind = "repair";
        event.packets = out.count();
        event.bytes = 0;
        for (std::size_t i = 0; i < out.count(); ++i)
            event.bytes += out.header_size() + out.symbol(i).size;
        event.block = data->id.block;
        event.symbol = data->id.symbol;
    }
    trace_(now, event);
    if (const auto* nack = std::get_if<wire::Nack>(&*message)) trace_requests(trace_, now, *nack);
}

}  // namespace mcast::protocol
