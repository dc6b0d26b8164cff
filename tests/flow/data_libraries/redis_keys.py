"""FastAPI and Redis: keys made of ids."""

import json

import redis.asyncio as redis
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import OAuth2PasswordBearer
from jose import jwt
from pydantic import BaseModel

r = redis.Redis(host="localhost", decode_responses=True)
app = FastAPI()
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")


class Item(BaseModel):
    sku: str
    quantity: int


def get_current_user(token: str = Depends(oauth2_scheme)) -> dict:
    return jwt.decode(token, "secret", algorithms=["HS256"])


@app.get("/carts/{cart_id}")
async def missing_get(cart_id: str, user: dict = Depends(get_current_user)):
    data = await r.get(f"cart:{cart_id}")
    if data is None:
        raise HTTPException(404)
    return json.loads(data)


@app.get("/carts/{cart_id}/hash")
async def missing_hash(cart_id: str, user: dict = Depends(get_current_user)):
    return await r.hgetall("cart:" + cart_id)


@app.put("/carts/{cart_id}")
async def missing_set(cart_id: str, item: Item, user: dict = Depends(get_current_user)):
    await r.hset(f"cart:{cart_id}", item.sku, item.quantity)
    return {}


@app.delete("/carts/{cart_id}")
async def missing_delete(cart_id: str, user: dict = Depends(get_current_user)):
    key = "cart:{}".format(cart_id)
    await r.delete(key)
    return {}


@app.get("/mine/{cart_id}")
async def owned_key(cart_id: str, user: dict = Depends(get_current_user)):
    return await r.hgetall(f"user:{user['sub']}:cart:{cart_id}")


@app.delete("/mine/{cart_id}")
async def owned_guard_after(cart_id: str, user: dict = Depends(get_current_user)):
    cart = json.loads(await r.get(f"cart:{cart_id}"))
    if cart["user_id"] != user["sub"]:
        raise HTTPException(403)
    await r.delete(f"cart:{cart_id}")
    return {}


@app.get("/mine/{cart_id}/member")
async def owned_set(cart_id: str, user: dict = Depends(get_current_user)):
    if not await r.sismember(f"user:{user['sub']}:carts", cart_id):
        raise HTTPException(403)
    return json.loads(await r.get(f"cart:{cart_id}"))
