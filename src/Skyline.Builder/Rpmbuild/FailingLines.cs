using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The lines of a log that say why a build failed, the cause first.</summary>
/// <param name="Places">Where in the log each of them is.</param>
/// <param name="Section">"%prep", "%build", "%install", "%check" or "%files"; null where the log does not say.</param>
/// <param name="Forkless">The log says that no process could be started: the limit on processes.</param>
/// <param name="Spaceless">The log says that there was no room on a disk, or for a file.</param>
sealed record FailingLines(IReadOnlyList<string> Lines, IReadOnlyList<LogPlace> Places, string? Section, bool Forkless, bool Spaceless = false)
{
    const int MostCauses = 12, MostSummary = 10;

    public RpmbuildEnd.Failed Blamed(string why) => new(why, Lines, Places);

    /// <summary>Reads the log once, decodes little of it, and keeps no more than it hands out.</summary>
    public static FailingLines Find(LogLines log)
    {
        var (causes, summary, last) = (new List<Found>(), new List<Found>(), new LastLines());
        string? running = null, blamed = null;
        bool forkless = false, spaceless = false, summing = false;
        var along = 0;
        foreach (var raw in log.All(WhatFails.Words))
        {
            if (!raw.IsMarked && along == 0 && !summing)
            {
                last.Add(raw);
                continue;
            }
            var line = WhatFails.Tidy(raw.Text);
            if (line.Length == 0) continue;
            var found = new Found(line, raw.Place);
            if (WhatFails.Running(line) is { } section)
            {
                // A section that got past its errors did not fail by them.
                if (section != running) causes.Clear();
                (running, along) = (section, 0);
                last.Clear();
            }
            forkless = forkless || WhatFails.ForWantOfProcesses(line);
            spaceless = spaceless || WhatFails.ForWantOfSpace(line);
            if (line.StartsWith("RPM build errors:", StringComparison.Ordinal)) summing = true;
            else if (summing) AddBounded(summary, found with { Text = line.Trim() }, MostSummary);
            else if (WhatFails.BlamedSection(line) is { } bad) blamed = bad;
            else if (causes.Count < MostCauses && (WhatFails.IsCause(line) || along > 0 && WhatFails.GoesWithCause(line)))
            {
                causes.Add(found);
                along = WhatFails.LinesAlong(line) is > 0 and var more ? more : Math.Max(0, along - 1);
            }
            else along = 0;
            if (!summing) last.Add(raw);
        }
        var first = causes.Count > 0 ? causes : last.Kept();
        List<Found> all = [.. first.Concat(summary).DistinctBy(line => line.Text)];
        return new([.. all.Select(line => line.Text)], [.. all.Select(line => line.Place)], blamed ?? running, forkless, spaceless);
    }

    static void AddBounded(List<Found> lines, Found line, int most)
    {
        if (lines.Count < most) lines.Add(line);
    }

    sealed record Found(string Text, LogPlace Place);

    /// <summary>The last lines of the section that runs, undecoded.</summary>
    sealed class LastLines
    {
        const int Most = 10;
        readonly (char[] Bytes, int Length, long Number, long Offset)[] ring = [.. Enumerable.Range(0, Most).Select(_ => (new char[WhatFails.LongestLine * 2], 0, 0L, 0L))];
        long count;

        public void Clear() => count = 0;

        public void Add(LogLine line)
        {
            if (line.Bytes.IsWhiteSpace()) return;
            ref var slot = ref ring[count++ % Most];
            slot.Length = Math.Min(line.Length, slot.Bytes.Length);
            (slot.Number, slot.Offset) = (line.Number, line.Offset);
            line.Bytes[..slot.Length].CopyTo(slot.Bytes);
        }

        public List<Found> Kept() =>
        [
            .. Enumerable.Range(0, (int)Math.Min(count, Most)).Select(at => ring[(Math.Max(0, count - Most) + at) % Most])
                .Select(slot => new Found(WhatFails.Tidy(LogLine.Decoded(slot.Bytes.AsSpan(0, slot.Length))), new(slot.Number, slot.Offset)))
                .Where(line => line.Text.Length > 0 && WhatFails.BlamedSection(line.Text) is null),
        ];
    }
}
