// SPDX-License-Identifier: MIT
#include "session/loop/session_front.hpp"

#include <tuple>
#include <utility>

#include <unistd.h>

#include <mcast/registry.hpp>

#include "session/loop/real_clock.hpp"
#include "session/notices.hpp"

namespace mcast::session {
namespace {

constexpr std::uint64_t kRecordEvery = 3;  // intervals

control::StatusKeeper::Clocks real_clocks() {
    return {[] { return std::chrono::system_clock::now(); },
            [] { return real_now().time_since_epoch(); }};
}

}  // namespace

Result<std::unique_ptr<SessionFront>> SessionFront::create(Status initial, Observer observer) {
    auto directory = registry::directory();
    if (!directory) return std::unexpected(std::move(directory.error()));
    auto id = control::new_session_id(*directory);
    if (!id) return std::unexpected(std::move(id.error()));
    initial.session = std::move(*id);
    initial.pid = ::getpid();
    initial.started = std::chrono::system_clock::now();
    auto record = control::SessionRecord::create(*directory, initial);
    if (!record) return std::unexpected(std::move(record.error()));
    return std::unique_ptr<SessionFront>(new SessionFront(
        std::move(initial), std::move(observer), std::move(*directory), std::move(*record)));
}

SessionFront::SessionFront(Status initial, Observer observer, std::string directory,
                           control::SessionRecord record)
    : id_(initial.session),
      directory_(std::move(directory)),
      keeper_(std::make_unique<control::StatusKeeper>(std::move(initial), real_clocks())),
      record_(std::move(record)) {
    EventDispatcher::Outlets outlets;
    outlets.record = [this](const Status& final_status) {
        auto outcome = record_.finish(final_status);
        recorded_ = true;
        return outcome;
    };
    outlets.publish = [this](const Event& event) { publish(event); };
    outlets.observer = std::move(observer);
    try {
        dispatcher_ = std::make_unique<EventDispatcher>(std::move(outlets));
    } catch (...) {
        record_.remove();
        throw;
    }
}

SessionFront::~SessionFront() {
    dispatcher_.reset();
    server_.reset();
    if (!ended()) record_.remove();  // the session was never started
}

Result<void> SessionFront::serve(control::Handlers commands) {
    commands.status = [this] { return snapshot(); };
    commands.close = [this]() -> Result<void> { return record_.remove(), Result<void>{}; };
    auto server = control::ControlServer::start(directory_, id_, std::move(commands));
    if (!server) return std::unexpected(std::move(server.error()));
    server_ = std::move(*server);
    return {};
}

void SessionFront::publish(const Event& event) {
    if (server_) server_->publish(event);
    const bool interval = event.kind == Event::Kind::interval;
    if (event.kind != Event::Kind::start && !(interval && ++intervals_ % kRecordEvery == 0)) return;
    // After a crash the record shows how far the session came. If this fails, the final record
    // will, and that is told.
    std::ignore = record_.update(keeper_->snapshot_before_end());
}

Event SessionFront::event(Event::Kind kind, std::string text) const {
    Event event;
    event.kind = kind;
    event.text = std::move(text);
    event.time = std::chrono::system_clock::now();
    event.session = id_;
    return event;
}

void SessionFront::emit(Event::Kind kind, std::string text,
                        std::shared_ptr<const ReceiverStatus> receiver) {
    Event told = event(kind, std::move(text));
    told.receiver = std::move(receiver);
    told.status = std::make_shared<const Status>(keeper_->head());
    if (kind == Event::Kind::start) data_began_s_ = told.status->elapsed_s;
    dispatcher_->push(std::move(told));
}

void SessionFront::emit_end() {
    const auto status = std::make_shared<const Status>(keeper_->snapshot());
    Event told =
        event(Event::Kind::end, status->error ? status->error->message : success_text(*status));
    told.error = status->error;
    if (data_began_s_) told.data_s = status->elapsed_s - *data_began_s_;
    told.status = status;
    dispatcher_->push(std::move(told));
}

void SessionFront::emit_row(Event::Kind kind, std::optional<ReceiverStatus> receiver,
                            std::string text) {
    Event told = event(kind, std::move(text));
    if (receiver) told.receiver = std::make_shared<const ReceiverStatus>(*std::move(receiver));
    dispatcher_->push(std::move(told));
}

void SessionFront::warn(std::string text) {
    if (warnings_.allows(real_now(), text)) emit_row(Event::Kind::warning, {}, std::move(text));
}

void SessionFront::succeed(std::optional<std::string> path, std::optional<std::string> digest) {
    if (keeper_->succeed(std::move(path), std::move(digest))) emit_end();
}

void SessionFront::fail(Error error) {
    if (keeper_->fail(std::move(error))) emit_end();
}

}  // namespace mcast::session
