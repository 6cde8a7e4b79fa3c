//! The calls the stand-in does not answer.

/// Writes the methods of a gRPC trait that answer `UNIMPLEMENTED`. They are written as
/// `async_trait` would write them, because it does not look into macros.
macro_rules! unimplemented_calls {
    ($($name:ident($request:ty) -> $response:ty;)*) => {
        $(
            fn $name<'service, 'call>(
                &'service self,
                _request: tonic::Request<$request>,
            ) -> std::pin::Pin<
                Box<
                    dyn Future<Output = Result<tonic::Response<$response>, tonic::Status>>
                        + Send
                        + 'call,
                >,
            >
            where
                'service: 'call,
                Self: 'call,
            {
                Box::pin(async {
                    Err(tonic::Status::unimplemented(concat!(
                        "the qdrant stand-in does not answer ",
                        stringify!($name)
                    )))
                })
            }
        )*
    };
}

pub(super) use unimplemented_calls;
