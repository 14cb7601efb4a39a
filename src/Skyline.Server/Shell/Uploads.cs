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
}
