using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Skyline.Server.Repos;

/// <summary>What a request for a file is answered with (RFC 9110, 13.2.2 and 14.2): the status and the stretch of it that is sent.</summary>
readonly record struct Answer(int Status, long First, long Count)
{
    /// <summary>
    /// There are no dates of change here, so conditions on them do not hold or are ignored, as the RFC has it. Of several ranges
    /// the whole is sent, which it allows; so it is of a range that cannot be read.
    /// </summary>
    public static Answer To(HttpRequest request, string etag, long length)
    {
        var asked = request.Headers;
        var whole = new Answer(200, 0, length);
        // Most ask for no more than the file.
        if (asked.Range.Count + asked.IfMatch.Count + asked.IfNoneMatch.Count == 0) return whole;
        var (own, headers) = (new EntityTagHeaderValue(etag), request.GetTypedHeaders());
        if (asked.IfMatch.Count > 0 && !Names(headers.IfMatch, own, strongly: true)) return new(412, 0, 0);
        if (asked.IfNoneMatch.Count > 0 && Names(headers.IfNoneMatch, own, strongly: false)) return new(304, 0, 0);
        return HttpMethods.IsGet(request.Method) && IsOf(headers, asked, own) ? Part(headers.Range, whole) : whole;
    }

    static bool Names(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue own, bool strongly) =>
        tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, strongly));

    /// <summary>Whether the range is wanted of this very content.</summary>
    static bool IsOf(RequestHeaders headers, IHeaderDictionary asked, EntityTagHeaderValue own) =>
        asked.IfRange.Count == 0 || headers.IfRange?.EntityTag is { } tag && tag.Compare(own, useStrongComparison: true);

    static Answer Part(RangeHeaderValue? range, Answer whole)
    {
        if (range is null || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase) || range.Ranges.Count != 1) return whole;
        var (length, asked) = (whole.Count, range.Ranges.First());
        // "-500": the last 500 bytes.
        var first = asked.From ?? Math.Max(0, length - asked.To!.Value);
        var end = asked is { From: not null, To: { } last } && last < length ? last + 1 : length;
        return first < end ? new(206, first, end - first) : new(416, 0, 0);
    }
}
