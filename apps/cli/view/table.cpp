// SPDX-License-Identifier: MIT
#include "cli/view/table.hpp"

#include <algorithm>

#include "cli/view/text.hpp"

namespace mcast::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNoteIndent = 4;

// The width of all columns shown, with the gaps between them.
std::size_t total(const std::vector<std::size_t>& widths) {
    std::size_t sum = 0;
    for (const auto width : widths) {
        if (width > 0) sum += width + (sum > 0 ? kGap : 0);
    }
    return sum;
}

// A line that grows by cells, never beyond the paper.
class Line {
  public:
    explicit Line(const Paper& paper) : paper_(paper) {}

    void add(std::string_view text, std::size_t width, Column::Align align, Colour colour) {
        if (!first_) blanks_ += kGap;
        first_ = false;
        const auto filling = width - std::min(width, columns(text));
        if (align == Column::Align::right) blanks_ += filling;
        const auto room = paper_.width - std::min(paper_.width, used_ + blanks_);
        const auto cut = cut_end(text, std::min(width, room));
        if (!cut.empty()) {
            text_ += std::string(blanks_, ' ') + painted(cut, colour, paper_);
            used_ += blanks_ + columns(cut);
            blanks_ = 0;
        }
        if (align == Column::Align::left) blanks_ += filling;
    }
    [[nodiscard]] std::string take() { return std::move(text_) + "\n"; }

  private:
    const Paper& paper_;
    std::string text_;
    bool first_ = true;
    std::size_t used_ = 0;
    std::size_t blanks_ = 0;  // blanks to come, which the end of a line omits
};

}  // namespace

void Table::add(std::vector<Cell> cells, const std::string& note) {
    cells.resize(columns_.size(), Cell(""));
    for (auto& cell : cells) cell.text = printable(cell.text);
    rows_.push_back({std::move(cells), printable(note)});
}

// The widths of the columns; zero for one that is left out.
Table::Widths Table::natural_widths() const {
    Widths widths(columns_.size(), 0);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        for (const auto& row : rows_) widths[i] = std::max(widths[i], columns(row.cells[i].text));
        if (widths[i] > 0) widths[i] = std::max(widths[i], columns_[i].header.size());
    }
    return widths;
}

std::size_t Table::smallest(const Widths& widths, std::size_t column) const {
    const auto narrowest = columns_[column].narrowest;
    return narrowest == 0 ? widths[column] : std::min(narrowest, widths[column]);
}

void Table::leave_out(Widths& widths, std::size_t room) const {
    while (true) {
        Widths least;
        for (std::size_t i = 0; i < widths.size(); ++i) least.push_back(smallest(widths, i));
        if (total(least) <= room) return;
        std::size_t next = columns_.size();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (widths[i] == 0 || columns_[i].rank == 0) continue;
            if (next == columns_.size() || columns_[i].rank > columns_[next].rank) next = i;
        }
        if (next == columns_.size()) return;
        widths[next] = 0;
    }
}

void Table::narrow(Widths& widths, std::size_t room) const {
    while (total(widths) > room) {
        std::size_t widest = columns_.size();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (widths[i] <= smallest(widths, i)) continue;
            if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
        }
        if (widest == columns_.size()) return;
        --widths[widest];
    }
}

bool Table::notes_fit(const Widths& widths, std::size_t room) const {
    std::size_t longest = 0;
    for (const auto& row : rows_) longest = std::max(longest, columns(row.note));
    return longest > 0 && total(widths) + kGap + std::max(longest, note_header_.size()) <= room;
}

std::string Table::line(const std::vector<Cell>& cells, const Widths& widths,
                        const std::string& note, const Paper& paper) const {
    Line line(paper);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (widths[i] == 0) continue;
        const auto& [text, colour] = cells[i];
        line.add(cut_middle(text, widths[i]), widths[i], columns_[i].align, colour);
    }
    line.add(note, columns(note), Column::Align::left, Colour::none);
    return line.take();
}

std::string Table::render(const Paper& paper) const {
    auto widths = natural_widths();
    leave_out(widths, paper.width);
    const bool beside = notes_fit(widths, paper.width);
    narrow(widths, paper.width);
    std::vector<Cell> headers;
    for (const auto& column : columns_) headers.emplace_back(column.header);
    auto text = line(headers, widths, beside ? note_header_ : "", paper);
    for (const auto& row : rows_) {
        text += line(row.cells, widths, beside ? row.note : "", paper);
        if (row.note.empty() || beside) continue;
        const auto indent =
            std::min(kNoteIndent, paper.width - std::min<std::size_t>(paper.width, 1));
        text += std::string(indent, ' ') + cut_end(row.note, paper.width - indent) + "\n";
    }
    return text;
}

}  // namespace mcast::cli
