using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Skyline.Server.Shell;

static class Uploads
{
    /// <summary>A request's body, of any size and at any speed: a slow line at a packager's home is no attack. The blob store bounds it.</summary>
    public static Stream UnhurriedBody(this HttpContext http)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        return http.Request.Body;
    }

    /// <summary>A request's body, whole. One that is longer is refused (413) as soon as that shows.</summary>
    public static async Task<byte[]> BoundedBody(this HttpContext http, int most)
    {
        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = most;
        var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        return bytes.ToArray();
    }
}
